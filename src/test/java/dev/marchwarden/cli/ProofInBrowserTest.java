package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tools.AxeCore;
import dev.marchwarden.tools.BrowserPage;
import dev.marchwarden.tools.Chromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of a proof as a browser shows it. */
@Timeout(120)
class ProofInBrowserTest {
    private static final Path EXAMPLE = Path.of("test-fixtures/reachability");
    private static final Path PICTURE = Path.of("docs/proof.png");
    private static final int MAX_PICTURE_BYTES = 200_000;
    private static final int TAB = 9;

    @TempDir
    private static Path directory;

    private static Chromium browser;
    private static Path example;
    private BrowserPage page;

    @BeforeAll
    static void startBrowser() throws IOException, InterruptedException {
        browser = Chromium.start(Files.createDirectory(directory.resolve("profile")));
        Invocation proof = Invocation.of(
                "verify",
                "--config",
                EXAMPLE.resolve("tenancy.yaml"),
                "--prove",
                EXAMPLE.resolve("base.yaml"),
                EXAMPLE.resolve("planted.yaml"),
                "-o",
                "html");
        assertThat(proof.exitCode()).as(proof.err()).isEqualTo(ExitCode.FOUND);
        example = Files.writeString(directory.resolve("proof.html"), proof.out(), UTF_8);
    }

    @AfterAll
    static void stopBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openPage() throws Exception {
        page = browser.newPage();
        page.resize(1280, 1200);
        page.open(example);
    }

    private List<String> texts(String expression) {
        JsonNode array = page.evaluate(expression);
        assertThat(array.isArray()).isTrue();
        return array.valueStream().map(JsonNode::asText).toList();
    }

    @Test
    void opensWithoutAWordOnTheConsoleOrARequestAndIsReachedByTheKeyboard() throws Exception {
        List<String> focused = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            page.press("Tab", TAB);
            focused.add(page.evaluate("document.activeElement.id || document.activeElement.textContent")
                    .asText());
        }
        assertThat(focused).containsExactly("Skip to the ways", "Ways", "Rests on", "words");
        page.type("hostNetwork");
        assertThat(texts("[...document.querySelectorAll('#ways > ol > li > strong')].filter(e => e.checkVisibility())"
                        + ".map(e => e.textContent)"))
                .containsExactly("any workload reaches namespace host-network");
        assertThat(page.console()).isEmpty();
        assertThat(page.requests()).containsExactly(example.toUri());
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void isAccessibleInBothColourSchemes(String scheme) throws Exception {
        page.prefer(scheme);
        page.open(example);
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        page.evaluate(AxeCore.script());
        assertThat(texts("axe.run().then(r => r.violations.concat(r.incomplete).map(rule => rule.id))"))
                .isEmpty();
    }

    /** The picture of the documentation is the beginning of the example. */
    @Test
    void thePictureIsOfTheExample() throws Exception {
        page.resize(1280, 900);
        byte[] png = page.screenshot();
        assertThat(png.length).isBetween(10_000, MAX_PICTURE_BYTES);
        if ("write".equals(System.getenv("MARCHWARDEN_GOLDEN"))) {
            Files.write(PICTURE, png);
        }
        assertThat(PICTURE).exists();
        assertThat(Files.size(PICTURE)).isLessThan(MAX_PICTURE_BYTES);
    }
}
