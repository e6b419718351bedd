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
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of the page of findings that a command prints, as a browser shows it. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageInBrowser {
    private static final int MAX_PICTURE_BYTES = 200_000;
    private static final int TAB = 9;

    private final Object[] command;
    private final Path picture;
    private final int pictureHeight;
    private Chromium browser;
    private Path example;
    private BrowserPage page;

    /**
     * @param picture of the documentation, of the beginning of the page
     * @param pictureHeight in pixels
     * @param command that finds something and prints the page
     */
    PageInBrowser(Path picture, int pictureHeight, Object... command) {
        this.picture = picture;
        this.pictureHeight = pictureHeight;
        this.command = command;
    }

    @BeforeAll
    void startBrowser(@TempDir Path directory) throws IOException, InterruptedException {
        browser = Chromium.start(Files.createDirectory(directory.resolve("profile")));
        Invocation run = Invocation.of(command);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FOUND);
        example = Files.writeString(directory.resolve("page.html"), run.out(), UTF_8);
    }

    @AfterAll
    void stopBrowser() throws IOException {
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

    BrowserPage page() {
        return page;
    }

    List<String> texts(String expression) {
        JsonNode array = page.evaluate(expression);
        assertThat(array.isArray()).isTrue();
        return array.valueStream().map(JsonNode::asText).toList();
    }

    /** What the tabulator reaches, by its id or else its text. */
    List<String> focused(int times) throws Exception {
        List<String> focused = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            page.press("Tab", TAB);
            focused.add(page.evaluate("document.activeElement.id || document.activeElement.textContent")
                    .asText());
        }
        return focused;
    }

    void assertQuietOnConsoleAndNetwork() {
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
        page.resize(1280, pictureHeight);
        byte[] png = page.screenshot();
        assertThat(png.length).isBetween(10_000, MAX_PICTURE_BYTES);
        if ("write".equals(System.getenv("MARCHWARDEN_GOLDEN"))) {
            Files.write(picture, png);
        }
        assertThat(picture).exists();
        assertThat(Files.size(picture)).isLessThan(MAX_PICTURE_BYTES);
    }
}
