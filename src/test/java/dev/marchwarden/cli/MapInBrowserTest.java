package dev.marchwarden.cli;

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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The map as a browser shows it. */
@Timeout(120)
class MapInBrowserTest {
    private static final Path EXAMPLE = Path.of("test-fixtures/map");
    private static final Path PICTURE = Path.of("docs/map.png");
    private static final int MAX_PICTURE_BYTES = 200_000;
    private static final int TAB = 9;

    @TempDir
    private static Path directory;

    private static Chromium browser;
    private BrowserPage page;

    @BeforeAll
    static void startBrowser() throws IOException, InterruptedException {
        browser = Chromium.start(Files.createDirectory(directory.resolve("profile")));
    }

    @AfterAll
    static void stopBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openPage() {
        page = browser.newPage();
        page.resize(1280, 1200);
    }

    private static Path map(String name, Object... input) {
        Path file = directory.resolve(name + ".html");
        Object[] all = new Object[3 + input.length];
        System.arraycopy(new Object[] {"map", "-o", file}, 0, all, 0, 3);
        System.arraycopy(input, 0, all, 3, input.length);
        Invocation written = Invocation.of(all);
        assertThat(written.err()).isEmpty();
        return file;
    }

    private static Path example() {
        return map("example", "--config", EXAMPLE.resolve("tenancy.yaml"), EXAMPLE.resolve("cluster.yaml"));
    }

    /** The texts of what is in view. */
    private List<String> texts(String selector) {
        return texts(page.evaluate("[...document.querySelectorAll('" + selector
                + "')].filter(e => e.checkVisibility()).map(e => e.textContent)"));
    }

    private static List<String> texts(JsonNode array) {
        assertThat(array.isArray()).isTrue();
        return array.valueStream().map(JsonNode::asText).toList();
    }

    private void search(String words) {
        page.evaluate("document.getElementById('words').focus(); document.getElementById('words').select()");
        if (words.isEmpty()) {
            page.press("Delete", 46);
        } else {
            page.type(words);
        }
    }

    @Test
    void opensWithoutAWordOnTheConsoleAndWithoutARequest() throws Exception {
        Path file = example();
        page.open(file);
        search("retail");
        search("");
        assertThat(page.console()).isEmpty();
        assertThat(page.requests()).containsExactly(file.toUri());
        assertThat(page.evaluate("document.title").asText()).isEqualTo("Meshes of production");
    }

    @Test
    void theSearchFindsNamespacesUsergroupsObjectsAndRules() throws Exception {
        page.open(example());
        List<String> before = texts(".r, .g");
        assertThat(before).hasSizeGreaterThan(25);

        search("warehouse");
        assertThat(texts("article tbody .r th")).containsExactly("warehouse");
        assertThat(texts("#crossings li strong")).containsExactly("PeerAuthentication warehouse/scanners");
        assertThat(page.evaluate("document.getElementById('hits').textContent").asText())
                .isEqualTo("2 matches");

        search("ANALYTICS");
        assertThat(texts("article h3")).contains("analytics").doesNotContain("logistics");
        assertThat(texts("article tbody .r th"))
                .contains("clickstream", "reports")
                .doesNotContain("fleet");

        search("retail foreign-host");
        assertThat(texts("#crossings li strong")).containsExactly("VirtualService catalog/catalog");

        search("no such thing");
        assertThat(texts(".r, article")).isEmpty();
        assertThat(page.evaluate("document.getElementById('hits').textContent").asText())
                .isEqualTo("0 matches");

        search("");
        assertThat(texts(".r, .g")).isEqualTo(before);
    }

    @Test
    void everythingIsReachedByTheKeyboardAndHasAName() throws Exception {
        page.open(example());
        List<String> focused = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            page.press("Tab", TAB);
            focused.add(page.evaluate("document.activeElement.id || document.activeElement.textContent")
                    .asText());
        }
        assertThat(focused)
                .startsWith(
                        "Skip to the map",
                        "Who reaches whom",
                        "Usergroups",
                        "Shared services",
                        "Unassigned",
                        "Crossings")
                .containsSubsequence("words", "5 namespaces", "3 namespaces", "2 namespaces");
        assertThat(page.accessible())
                .contains(
                        "searchbox Search for a namespace, usergroup, object or rule",
                        "navigation Sections",
                        "heading Meshes of production",
                        "region Usergroups",
                        "table Control planes",
                        "rowheader warehouse",
                        "columnheader Revision label")
                .noneMatch(node -> node.matches("(link|button|searchbox|textbox|heading|region) "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void isAccessibleInBothColourSchemes(String scheme) throws Exception {
        page.prefer(scheme);
        page.open(
                map("all", "--config", EXAMPLE.resolve("tenancy.yaml"), EXAMPLE, "test-fixtures/crossings/manifests"));
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        String back =
                page.evaluate("getComputedStyle(document.body).backgroundColor").asText();
        assertThat(back).isEqualTo(scheme.equals("dark") ? "rgb(17, 22, 29)" : "rgb(255, 255, 255)");
        page.evaluate(AxeCore.script());
        assertThat(problems()).isEmpty();
        page.evaluate("document.querySelector('label').remove(); document.querySelector('h1').style.color = back"
                .replace("back", "'" + back + "'"));
        assertThat(problems()).contains("label", "color-contrast");
    }

    /** The rules of axe-core that the page breaks, and those that axe-core cannot decide. */
    private List<String> problems() {
        return texts(page.evaluate("axe.run().then(r => r.violations.concat(r.incomplete).map(rule => rule.id))"));
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 1280, 2560})
    void nothingIsCutOffAtAnyWidth(int width) throws Exception {
        page.resize(width, 900);
        page.open(example());
        assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(width);
    }

    @Test
    void withoutScriptsAllIsThereButTheSearch() throws Exception {
        Path file = example();
        page.open(file);
        List<String> withScripts = texts(".r, .g");
        assertThat(texts("#search")).hasSize(1);
        page.switchOffScripts(true);
        page.open(file);
        page.switchOffScripts(false); // for what follows; the page's own has not run
        assertThat(texts("#search")).isEmpty();
        assertThat(texts(".r, .g")).isEqualTo(withScripts);
    }

    @Test
    void hostileTextsNeverRunAndOtherScriptsAreRefused() throws Exception {
        String evil = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>";
        Path hostile = Files.writeString(directory.resolve("hostile.yaml"), """
                apiVersion: v1
                kind: Namespace
                metadata: {name: "%1$s", labels: {usergroup: retail, istio.io/rev: "%1$s"}}
                """.formatted(evil));
        page.open(map("hostile", "--config", EXAMPLE.resolve("tenancy.yaml"), hostile));
        assertThat(texts("article .r th")).containsExactly(evil);
        search(evil);
        assertThat(texts("article .r th")).containsExactly(evil);
        assertThat(page.evaluate("window.ran === undefined && document.images.length === 0")
                        .asBoolean())
                .isTrue();
        assertThat(page.console()).isEmpty();

        page.evaluate(
                "const s = document.createElement('script'); s.textContent = 'window.ran = 2'; document.body.append(s)");
        page.evaluate("const d = document.createElement('div'); d.setAttribute('onclick', 'window.ran = 3');"
                + " document.body.append(d); d.click()");
        assertThat(page.evaluate("window.ran === undefined").asBoolean()).isTrue();
        assertThat(page.console()).hasSize(2).allMatch(line -> line.contains("Content Security Policy"));
    }

    @Test
    void aThousandNamespacesAreSearchedWithoutAStutter() throws Exception {
        StringBuilder namespaces = new StringBuilder();
        IntStream.range(0, 1_000).forEach(i -> namespaces.append("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: team-%d, labels: {usergroup: retail, istio.io/rev: retail}}
                ---
                """.formatted(i)));
        Path many = Files.writeString(directory.resolve("many.yaml"), namespaces);
        page.open(map("many", "--config", EXAMPLE.resolve("tenancy.yaml"), many));
        double millis = page.evaluate("""
                (() => {
                  const words = document.getElementById("words");
                  const begin = performance.now();
                  words.value = "team-77";
                  words.dispatchEvent(new Event("input"));
                  document.body.getBoundingClientRect();
                  return performance.now() - begin;
                })()""").asDouble();
        assertThat(texts("article .r")).hasSize(11);
        assertThat(millis).as("generous: two frames on an idle machine").isBetween(0.001, 500.0);
    }

    /** The picture of the documentation is the beginning of the example. */
    @Test
    void thePictureIsOfTheExample() throws Exception {
        page.open(example());
        page.resize(1280, 1130);
        byte[] png = page.screenshot();
        assertThat(png.length).isBetween(10_000, MAX_PICTURE_BYTES);
        if ("write".equals(System.getenv("MARCHWARDEN_GOLDEN"))) {
            Files.write(PICTURE, png);
        }
        assertThat(PICTURE).exists();
        assertThat(Files.size(PICTURE)).isLessThan(MAX_PICTURE_BYTES);
    }
}
