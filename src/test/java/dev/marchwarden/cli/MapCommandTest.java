package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.tools.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class MapCommandTest {
    private static final Path CROSSINGS = Path.of("test-fixtures/crossings");
    private static final String NAMESPACE =
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {%s}}\n---\n";
    private static final String ABROAD = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: %s, namespace: %s}
            spec:
              hosts: [a.shop.svc.cluster.local]
              http: [{route: [{destination: {host: %s}}]}]
            ---
            """;

    @TempDir
    private Path directory;

    private Path tenancy;

    @BeforeEach
    void makeTenancy() throws IOException {
        tenancy = Files.writeString(directory.resolve("tenancy.yaml"), """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                metadata: {name: prod}
                spec:
                  usergroups:
                  - name: blue
                    revisions: [blue-1, blue-2]
                    tags: {blue-stable: blue-1}
                    owners: {groups: [team-blue]}
                  - name: green
                    meshAdmins: {users: [gwen]}
                  sharedServices:
                  - hosts: [otel.monitoring.svc.cluster.local]
                    ports: [4317/GRPC]
                """);
    }

    private Invocation map(Object... more) {
        Object[] all = new Object[3 + more.length];
        System.arraycopy(new Object[] {"map", "--config", tenancy}, 0, all, 0, 3);
        System.arraycopy(more, 0, all, 3, more.length);
        return Invocation.of(all);
    }

    private Path manifests(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String namespaces() {
        return NAMESPACE.formatted("blue", "usergroup: blue")
                + NAMESPACE.formatted("shop", "usergroup: blue, istio.io/rev: blue-stable")
                + NAMESPACE.formatted("billing", "usergroup: green, istio.io/rev: green")
                + NAMESPACE.formatted("lost", "usergroup: bleu, istio.io/rev: blue-1")
                + NAMESPACE.formatted("half", "istio.io/rev: blue-1")
                + NAMESPACE.formatted("plain", "")
                + NAMESPACE.formatted("kube-system", "");
    }

    @Test
    void showsWhoIsWhere() throws Exception {
        Path file = manifests(
                "all.yaml", namespaces() + ABROAD.formatted("abroad", "shop", "pay.billing.svc.cluster.local"));
        Invocation page = map("-f", file);
        assertThat(page.exitCode()).as(page.err()).isZero();
        MapDocument map = MapDocument.parse(page.out());

        assertThat(map.texts("//title")).containsExactly("Meshes of prod");
        assertThat(map.texts("//article/h3")).containsExactly("blue", "green");
        assertThat(map.rows("//article[h3='blue']/table"))
                .containsExactly(List.of("blue-1", "blue-stable", "not known"), List.of("blue-2", "none", "not known"));
        assertThat(map.rows("//article[h3='blue']/details/table")).containsExactly(List.of("shop", "blue-stable", "1"));
        assertThat(map.rows("//article[h3='green']/details/table")).containsExactly(List.of("billing", "green", ""));
        assertThat(map.texts("//article/p[1]"))
                .containsExactly("1 crossing", "No configuration and no workload of it was judged");
        assertThat(map.texts("//article[h3='blue']/dl/dd"))
                .startsWith(
                        "blue", "not known", "by usergroup", "istio-blue", "group team-blue", "none in the tenancy");
        assertThat(map.texts("//article[h3='green']/dl/dd"))
                .startsWith("green (not among what was read)")
                .endsWith("none in the tenancy", "user gwen");
        assertThat(map.rows("//section[@id='unassigned']/details/table"))
                .containsExactly(
                        List.of("half", "istio.io/rev=blue-1", "a revision without a usergroup label", "1"),
                        List.of("kube-system", "", "protected: it belongs to the cluster", ""),
                        List.of(
                                "lost",
                                "istio.io/rev=blue-1, usergroup=bleu",
                                "the tenancy has no usergroup of this name",
                                "1"),
                        List.of("plain", "", "no usergroup label", ""));
        assertThat(map.rows("//section[@id='shared']/table"))
                .containsExactly(
                        List.of("kubernetes.default.svc.cluster.local", "443/TLS", "none"),
                        List.of("otel.monitoring.svc.cluster.local", "4317/GRPC", "none"));
        assertThat(map.rows("//section[@id='reach']/table")).contains(List.of("blue", "green", "1", "0"));
    }

    @Test
    void aFindingHasObjectRuleFieldMessageFixAndPlace() throws Exception {
        Path file = manifests(
                "all.yaml", namespaces() + ABROAD.formatted("abroad", "shop", "pay.billing.svc.cluster.local"));
        MapDocument map = MapDocument.parse(map("-f", file).out());
        int line = lineOf(file, "pay.billing");
        String rule = "//section[h3/code='foreign-host']";
        assertThat(map.texts(rule + "//li")).hasSize(1);
        assertThat(map.texts(rule + "//li/b")).containsExactly("deny");
        assertThat(map.texts(rule + "//li/strong")).containsExactly("VirtualService shop/abroad");
        assertThat(map.texts(rule + "//li/p/code")).containsExactly("spec.http[0].route[0].destination.host");
        assertThat(map.texts(rule + "//li/p"))
                .anyMatch(text -> text.contains(".host is \"pay.billing.svc"))
                .anyMatch(text -> text.startsWith("Fix: "))
                .anyMatch(text -> text.matches("\\Q" + file + ":" + line + "\\E:\\d+"));
        assertThat(map.texts(rule + "//li").getFirst()).contains("of blue, reaches green");
    }

    private static int lineOf(Path file, String text) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return IntStream.range(0, lines.size())
                        .filter(i -> lines.get(i).contains(text))
                        .findFirst()
                        .orElseThrow()
                + 1;
    }

    /** One policy: what `check` reports is on the map, each violation once, and nothing else is. */
    @Test
    void findsWhatCheckFinds() throws Exception {
        Object[] input = {
            "--config",
            CROSSINGS.resolve("tenancy.yaml"),
            CROSSINGS.resolve("namespaces.yaml"),
            CROSSINGS.resolve("manifests"),
            CROSSINGS.resolve("clean")
        };
        List<JsonNode> violations = new ObjectMapper()
                .readTree(Invocation.of(with("check", input, "-o", "json")).out())
                .path("violations")
                .valueStream()
                .toList();
        MapDocument map = MapDocument.parse(Invocation.of(with("map", input)).out());
        assertThat(violations).hasSizeGreaterThan(60);
        assertThat(map.texts("//ol/li/p[code]"))
                .containsExactlyInAnyOrderElementsOf(violations.stream()
                        .map(violation -> violation.path("message").asText())
                        .toList());
        assertThat(map.texts("//ol/li/p[@class='fix']"))
                .containsExactlyInAnyOrderElementsOf(violations.stream()
                        .map(violation -> "Fix: " + violation.path("fix").asText())
                        .toList());
        assertThat(map.texts("//section[@id='rights']//li"))
                .allMatch(text -> text.contains("Permitted by the right: "));
        assertThat(map.texts("//section[@id='crossings']//li")).hasSize((int) violations.stream()
                .filter(violation -> violation.path("right").isNull())
                .count());
    }

    private static Object[] with(String command, Object[] input, Object... more) {
        Object[] all = new Object[1 + input.length + more.length];
        all[0] = command;
        System.arraycopy(input, 0, all, 1, input.length);
        System.arraycopy(more, 0, all, 1 + input.length, more.length);
        return all;
    }

    @Test
    void hostileTextsStayTexts() throws Exception {
        String evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\\\"'";
        String namespaces =
                "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: \"x" + evil + "\"\n  labels: {usergroup: \""
                        + evil + "\", istio.io/rev: \"" + evil + "\"}\n---\n"
                        + NAMESPACE.formatted("shop", "usergroup: blue, istio.io/rev: \"" + evil + "\"");
        String crossing = ABROAD.formatted("\"" + evil + "\"", "shop", "\"" + evil + "\"");
        String unknown = "apiVersion: networking.istio.io/v1\nkind: \"" + evil + "\"\nmetadata: {name: a, namespace: \""
                + evil + "\"}\n";
        Path folder = Files.createDirectories(directory.resolve("<img src=x onerror=alert(3)>"));
        Path file = Files.writeString(folder.resolve("a&b.yaml"), namespaces + crossing + unknown);
        Invocation page = map("--as", "<i>ann</i>", "-f", file);
        assertThat(page.exitCode())
                .as("the namespace of one object is not known")
                .isEqualTo(ExitCode.ERROR);
        MapDocument map = MapDocument.parse(page.out());
        assertThat(map.find("//script")).hasSize(1);
        assertThat(map.find("//img | //i")).isEmpty();
        String shown = evil.replace("\\", "");
        assertThat(map.texts("//section[@id='unassigned']//tr/th")).contains("x" + shown);
        assertThat(map.rows("//article[h3='blue']/details/table")).containsExactly(List.of("shop", shown, "2"));
        assertThat(map.texts("//ol/li/strong")).contains("VirtualService shop/" + shown);
        assertThat(map.texts("//section[@id='unjudged']//li/p[@class='place']"))
                .allMatch(place -> place.startsWith(file.toString()));
        assertThat(map.texts("//dd")).contains("<i>ann</i>");
    }

    @Test
    void nothingIsLoadedAndOnlyItsOwnScriptAndStyleMayRun() throws Exception {
        MapDocument map =
                MapDocument.parse(map("-f", manifests("all.yaml", namespaces())).out());
        String policy = map.find("//meta[@http-equiv='Content-Security-Policy']")
                .getFirst()
                .getAttribute("content");
        assertThat(policy)
                .startsWith("default-src 'none'; ")
                .contains("script-src '" + hash(map.texts("//script").getFirst()) + "';")
                .contains("style-src '" + hash(map.texts("//style").getFirst()) + "';")
                .doesNotContain("unsafe");
        assertThat(map.find("//head/*[2]").getFirst().getAttribute("http-equiv"))
                .as("before what it limits")
                .isEqualTo("Content-Security-Policy");
        assertThat(map.find("//*[@src] | //link | //form | //iframe | //object | //base"))
                .isEmpty();
        assertThat(map.find("//*[@style] | //@*[starts-with(name(), 'on')]/..")).isEmpty();
        assertThat(map.find("//*[@href]"))
                .isNotEmpty()
                .allMatch(link -> link.getAttribute("href").startsWith("#"));
        assertThat(map.texts("//style").getFirst()).doesNotContain("url(", "@import", "http");
        assertThat(map.texts("//script").getFirst()).doesNotContain("http", "fetch", "import", "innerHTML");
    }

    private static String hash(String content) throws Exception {
        return "sha256-"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8)));
    }

    /** What a keyboard and a screen reader need: one main, labels, headings in order, headers of tables, links that lead somewhere. */
    @Test
    void isStructured() throws Exception {
        MapDocument map = MapDocument.parse(Invocation.of(
                        "map",
                        "--config",
                        CROSSINGS.resolve("tenancy.yaml"),
                        "--namespaces",
                        CROSSINGS.resolve("namespaces.yaml"),
                        CROSSINGS.resolve("manifests"))
                .out());
        assertThat(map.document().getDocumentElement().getAttribute("lang")).isEqualTo("en");
        assertThat(map.find("//main")).hasSize(1);
        assertThat(map.find("//h1")).hasSize(1);
        assertThat(map.find("//nav"))
                .singleElement()
                .matches(nav -> !nav.getAttribute("aria-label").isEmpty());
        assertThat(map.find("//th")).allMatch(cell -> List.of("row", "col").contains(cell.getAttribute("scope")));
        assertThat(map.find("//table[not(caption) and not(ancestor::details) and not(ancestor::section/h2)]"))
                .isEmpty();
        assertThat(map.find("//label[@for='words']")).hasSize(1);
        for (Element link : map.find("//*[@href]")) {
            assertThat(map.find("//*[@id='" + link.getAttribute("href").substring(1) + "']"))
                    .hasSize(1);
        }
        for (Element section : map.find("//*[@aria-labelledby]")) {
            assertThat(map.find("//h2[@id='" + section.getAttribute("aria-labelledby") + "']"))
                    .hasSize(1);
        }
        int level = 1;
        for (Element heading : map.find("//h1 | //h2 | //h3 | //h4")) {
            int its = heading.getTagName().charAt(1) - '0';
            assertThat(its).as(heading.getTextContent()).isLessThanOrEqualTo(level + 1);
            level = its;
        }
    }

    @Test
    void aThousandNamespacesFitIntoHalfAMegabyte() throws Exception {
        String usergroups = IntStream.range(0, 40)
                .mapToObj(i -> "{name: usergroup-%d}".formatted(i))
                .collect(Collectors.joining(", "));
        tenancy = manifests(
                "tenancy.yaml",
                "apiVersion: marchwarden.dev/v1alpha1\nkind: Tenancy\nspec: {usergroups: [" + usergroups + "]}\n");
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            String name = "department-of-long-names-" + i;
            String its =
                    i % 20 == 0 ? "" : "usergroup: usergroup-%d, istio.io/rev: usergroup-%d".formatted(i % 40, i % 40);
            all.append(NAMESPACE.formatted(name, its));
            all.append(ABROAD.formatted(
                    "abroad", name, "some-service.department-of-long-names-" + (i + 1) % 1_000 + ".svc.cluster.local"));
        }
        Path out = directory.resolve("map.html");
        Invocation page = map("-f", manifests("all.yaml", all.toString()), "-o", out);
        assertThat(page.exitCode()).as(page.err()).isZero();
        assertThat(Files.size(out)).isLessThan(500_000);
        MapDocument map = MapDocument.parse(Files.readString(out));
        assertThat(map.find("//tr/th[@scope='row' and starts-with(., 'department-')]"))
                .hasSize(1_000);
        List<String> left = map.texts("//section[@id='crossings']//p[@class='note']");
        int shown = map.find("//section[@id='crossings']//li").size();
        int hidden = left.stream()
                .mapToInt(note -> Integer.parseInt(note.split(" ")[0]))
                .sum();
        assertThat(left).isNotEmpty().allMatch(note -> note.contains(" more are not shown."));
        assertThat(shown).isEqualTo(150);
        assertThat(shown + hidden).isEqualTo(2_050);
        assertThat(page.out().replaceAll("\\s+", " ")).contains("2050 crossings, 0 more that need a right");
    }

    @Test
    void whatCannotBeJudgedIsNotPassedOver() throws Exception {
        Path file = manifests(
                "all.yaml",
                namespaces() + ABROAD.formatted("a", "nowhere", "b.nowhere.svc.cluster.local") + "kind: [broken\n");
        Path out = directory.resolve("map.html");
        Invocation page = map("-f", file, "-o", out);
        assertThat(page.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(page.out()).contains("2 not read or judged");
        MapDocument map = MapDocument.parse(Files.readString(out));
        assertThat(map.texts("//section[@id='unjudged']//li"))
                .hasSize(2)
                .anyMatch(text -> text.contains("VirtualService a") && text.contains("\"nowhere\" is not known"))
                .anyMatch(text -> text.contains(file + ":"));
        assertThat(map.find("//nav//a[@href='#unjudged']")).hasSize(1);
    }

    @Test
    void saysSoWhereNoConfigurationWasRead() throws Exception {
        String note = "No configuration and no workload was judged: whether some of them cross a border is not known.";
        MapDocument bare = MapDocument.parse(
                map("--namespaces", manifests("namespaces.yaml", namespaces())).out());
        assertThat(bare.texts("//main/p[@class='note']")).containsExactly(note);
        assertThat(bare.rows("//article[h3='green']/details/table")).hasSize(1);
        String account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: shop}\n---\n";
        MapDocument more = MapDocument.parse(map(
                        "-f",
                        manifests(
                                "all.yaml",
                                namespaces()
                                        + account.repeat(2)
                                        + ABROAD.formatted("a", "shop", "b.shop.svc.cluster.local")))
                .out());
        assertThat(more.texts("//main/p[@class='note']")).isEmpty();
        assertThat(more.texts("//header//dd")).endsWith("7 Namespace, 1 VirtualService", "2 ServiceAccount");
        assertThat(more.texts("//article/p[1]"))
                .containsExactly("No crossing among 1 object", "No configuration and no workload of it was judged");
    }

    @Test
    void namespacesAmongTheManifestsReplaceThoseThatAreKnown() throws Exception {
        Path known = manifests("known.yaml", NAMESPACE.formatted("shop", "usergroup: blue, istio.io/rev: nonsense"));
        Path files = manifests("new.yaml", NAMESPACE.formatted("shop", "usergroup: green, istio.io/rev: green"));
        assertThat(map("--namespaces", known).out()).contains("unknown-revision");
        MapDocument map = MapDocument.parse(map("--namespaces", known, files).out());
        assertThat(map.rows("//article[h3='green']/details/table")).containsExactly(List.of("shop", "green", ""));
        assertThat(map.find("//ol/li")).isEmpty();
        MapDocument last = MapDocument.parse(
                map("--namespaces", known, "--namespaces", files).out());
        assertThat(last.find("//ol/li")).isEmpty();
        assertThat(last.texts("//header//dd[3]")).containsExactly("1 Namespace");
    }

    /** What the picture in the documentation shows. */
    @Test
    void theExampleIsUpToDate() throws Exception {
        Path fixtures = Path.of("test-fixtures/map");
        String page = Invocation.of(
                        "map", "--config", fixtures.resolve("tenancy.yaml"), fixtures.resolve("cluster.yaml"))
                .out();
        GoldenFile.holds(fixtures.resolve("example.html"), page);
    }

    @Test
    void wrongUseIsOneLine() {
        Invocation nothing = map();
        assertThat(nothing.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(nothing.errors()).singleElement().asString().contains("nothing to map (expected: manifests");
        Invocation unwritable = map(CROSSINGS.resolve("namespaces.yaml"), "-o", directory.resolve("no/such/map.html"));
        assertThat(unwritable.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(unwritable.errors()).singleElement().asString().contains("map.html cannot be written");
    }
}
