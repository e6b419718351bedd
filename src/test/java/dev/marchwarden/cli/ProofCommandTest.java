package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tools.GoldenFile;
import dev.marchwarden.verification.FixtureCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify --prove} as its user sees it. */
@Timeout(60)
class ProofCommandTest {
    private static final Path ROOT = Path.of("test-fixtures/reachability");
    private static final Path BASE = ROOT.resolve("base.yaml");

    @TempDir
    private Path directory;

    private static Invocation run(int exitCode, Object... more) {
        List<Object> all = new ArrayList<>(List.of("verify", "--config", ROOT.resolve("tenancy.yaml")));
        all.addAll(Arrays.asList(more));
        Invocation run = Invocation.of(all.toArray());
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
        return run;
    }

    @Test
    void noneAndWhatItRestsOn() {
        assertThat(run(ExitCode.OK, "--prove", BASE).out())
                .startsWith("rests on\n  checked  ")
                .contains("  assumed  no workload uses its proxy's key by itself")
                .endsWith("\nnone: no workload reaches one across its boundary\n");
    }

    @Test
    void aChainWithPlacesAndTheRule() {
        assertThat(run(ExitCode.FOUND, "--prove", BASE, ROOT.resolve("cases/httproute-granted.yaml"))
                        .out())
                .startsWith("""
                        open  namespace vault-1 > namespace vault-2
                              test-fixtures/reachability/cases/httproute-granted.yaml:5
                              HTTPRoute vault-1/x: spec.rules[0].backendRefs[0].namespace: vault-2
                              test-fixtures/reachability/cases/httproute-granted.yaml:10
                              ReferenceGrant vault-2/x: spec.from: vault-1
                              the ReferenceGrant permits it to use objects there
                              Fix: change the first of these; `marchwarden explain foreign-namespace` is the rule
                        """)
                .endsWith("\n1 path across the boundary\n");
    }

    /** The example of the page; {@code MARCHWARDEN_GOLDEN=write} writes it. */
    @Test
    void thePageShowsWhatItPrints() throws Exception {
        String out = run(ExitCode.FOUND, "--prove", BASE, ROOT.resolve("cases/peerauthentication-port.yaml"))
                .out()
                .replace(ROOT + "/", "");
        Path page = Path.of("docs/proof.md");
        String text = Files.readString(page);
        String begin = "```text\n";
        int start = text.indexOf(begin) + begin.length();
        int end = text.indexOf("```", start);
        GoldenFile.holds(page, text.substring(0, start) + out + text.substring(end));
    }

    @Test
    void ofTwoObjectsWithOneNameTheLastCounts() {
        Path root = ROOT.resolve("cases/peerauthentication-for-one-revision.yaml");
        run(ExitCode.FOUND, "--prove", BASE, root);
        run(ExitCode.OK, "--prove", root, BASE);
    }

    /** {@code MARCHWARDEN_GOLDEN=write} writes the page again. */
    @Test
    void theHtmlPageShowsEachPlantedCrossing() throws Exception {
        String html = run(ExitCode.FOUND, "--prove", "-o", "html", BASE, ROOT.resolve("planted.yaml"))
                .out();
        Path expected = ROOT.resolve("planted.html");
        GoldenFile.holds(expected, html);
        MapDocument page = MapDocument.parse(html);
        assertThat(page.texts("//section[@id='ways']/ol/li/strong"))
                .hasSize(26)
                .contains(
                        "any workload reaches namespace opted-out",
                        "namespace wrong-mesh reaches usergroup usergroup-2");
        assertThat(page.texts(
                        "//section[@id='ways']/ol/li[strong='namespace neighbour reaches namespace granting']/ol/li"))
                .containsExactly(
                        "HTTPRoute neighbour/a: spec.rules[0].backendRefs[0].namespace: granting"
                                + " test-fixtures/reachability/planted.yaml:169",
                        "ReferenceGrant granting/a: spec.from: neighbour test-fixtures/reachability/planted.yaml:174");
        assertThat(page.texts("//section[@id='facts']//td[1]")).contains("checked", "assumed");
        assertThat(page.find("//meta[@http-equiv='Content-Security-Policy']"))
                .singleElement()
                .extracting(meta -> meta.getAttribute("content"))
                .asString()
                .startsWith("default-src 'none'; script-src 'sha256-");
    }

    @Test
    void theHtmlPageHoldsHostileTextsAndWhatCouldNotBeRead() throws Exception {
        String evil = "</script><script>alert(1)</script>";
        Path hostile = Files.writeString(directory.resolve("hostile.yaml"), """
                apiVersion: networking.istio.io/v9
                kind: "Portal%1$s"
                metadata: {name: "%1$s", namespace: app-ns-1}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: a, namespace: "%1$s"}
                ---
                kind: [
                """.formatted(evil));
        String html =
                run(ExitCode.ERROR, "--prove", "-o", "html", BASE, hostile).out();
        assertThat(html).doesNotContain("<script>alert");
        MapDocument page = MapDocument.parse(html);
        assertThat(page.texts("//section[@id='ways']//li/ol/li"))
                .singleElement()
                .asString()
                .startsWith("Portal" + evil + " app-ns-1/" + evil + ": kind: Portal" + evil);
        assertThat(page.texts("//header/p"))
                .containsExactly("not proven: something could not be read. Of what could: 1 path across the boundary.");
        assertThat(page.texts("//section[@id='unjudged']//li")).hasSize(2);
    }

    @Test
    void theHtmlPageIsBoundedAndAnswersWhatIsAsked() throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            many.append("""
                    apiVersion: v1
                    kind: Namespace
                    metadata: {name: m-%1$d, labels: {usergroup: usergroup-1}}
                    ---
                    """.formatted(i));
        }
        Path file = Files.writeString(directory.resolve("many.yaml"), many);
        MapDocument page = MapDocument.parse(run(ExitCode.FOUND, "--prove", "-o", "html", BASE, file, "--against", BASE)
                .out());
        assertThat(page.find("//section[@id='ways']/ol/li")).hasSize(150);
        assertThat(page.texts("//section[@id='ways']/p[@class='note']"))
                .containsExactly("50 more are not shown. `marchwarden verify --prove -o json` lists all.");
        assertThat(page.texts("//header/p")).containsExactly("200 paths across the boundary that are new.");
        assertThat(page.texts("//header//dd")).contains("only new ones");
        MapDocument none = MapDocument.parse(run(ExitCode.OK, "--prove", "-o", "html", "--from", "vault-1", BASE)
                .out());
        assertThat(none.texts("//header/p[@class='ok']"))
                .containsExactly("none: no workload of namespace vault-1 reaches one across its boundary.");
        assertThat(none.texts("//section[@id='ways']/p")).containsExactly("None was found.");
    }

    @Test
    void onlyWhatIsAskedForAndNew() throws Exception {
        Path pod = ROOT.resolve("cases/pod-opts-out.yaml");
        assertThat(run(ExitCode.OK, "--prove", "--to", "vault-1", BASE, pod).out())
                .endsWith("\nnone: no workload reaches one of namespace vault-1 from across its boundary\n");
        assertThat(run(ExitCode.OK, "--prove", "--from", "app-ns-2", "--to", "vault-1", BASE)
                        .out())
                .endsWith("\nnone: no workload of namespace app-ns-2 reaches one of namespace vault-1\n");
        assertThat(run(ExitCode.FOUND, "--prove", "--from", "app-ns-2", BASE, pod)
                        .out())
                .endsWith("\n1 path across the boundary from namespace app-ns-2\n");
        assertThat(run(ExitCode.OK, "--prove", BASE, pod, "--against", BASE, "--against", pod)
                        .out())
                .endsWith("\nno new path\n");
        JsonNode json = new ObjectMapper()
                .readTree(run(ExitCode.FOUND, "--prove", "-o", "json", BASE, pod, "--against", BASE)
                        .out());
        assertThat(json.path("none").asBoolean()).isFalse();
        assertThat(json.path("question")).hasToString("{\"from\":null,\"to\":null,\"compared\":true}");
        assertThat(json.at("/openings/0/from").asText()).isEqualTo("any workload");
        assertThat(json.at("/openings/0/rule").asText()).isEqualTo("injection-opt-out");
        assertThat(json.at("/openings/0/chain/0/place").asText()).endsWith("pod-opts-out.yaml:4");
    }

    @Test
    void whatIsNotKnownIsNotProven() throws Exception {
        Path stray = Files.writeString(directory.resolve("stray.yaml"), """
                apiVersion: v1
                kind: Service
                metadata: {name: a, namespace: elsewhere}
                """);
        assertThat(run(ExitCode.ERROR, "--prove", BASE, stray).out())
                .contains("the Namespace \"elsewhere\" is not among the files")
                .contains("not proven: something could not be read.");
        Path broken = Files.writeString(directory.resolve("broken.yaml"), "apiVersion: v1\nkind: [\n");
        run(ExitCode.ERROR, "--prove", BASE, broken);
    }

    @Test
    void wrongOptionsAreSaidInOneLine() {
        assertThat(run(ExitCode.ERROR, BASE).err())
                .contains("(expected: --prove)")
                .hasLineCount(1);
        assertThat(run(ExitCode.ERROR, "--prove", "--live", BASE).err())
                .contains("--live")
                .hasLineCount(1);
        assertThat(run(ExitCode.ERROR, "--prove", "--from", "vaultt-1", BASE).err())
                .contains("did you mean vault-1?")
                .hasLineCount(1);
        assertThat(run(ExitCode.ERROR, "--prove", "--from", "app-ns-1", "--to", "app-ns-4", BASE)
                        .err())
                .contains("namespaces app-ns-1 and app-ns-4 are on one side of the boundary")
                .hasLineCount(1);
        assertThat(run(ExitCode.ERROR, "-o", "html").err())
                .contains("html is the page of a proof (expected: --prove too; ")
                .hasLineCount(1);
        assertThat(run(ExitCode.ERROR, "--prove", ROOT.resolve("cases/envoyfilter.yaml"))
                        .err())
                .contains("no Namespace in")
                .hasLineCount(1);
        assertThat(run(ExitCode.ERROR, "--prove", "nowhere.yaml").err())
                .contains("no Namespace in [nowhere.yaml]; 1 not read, the first: nowhere.yaml")
                .hasLineCount(1);
    }

    @Test
    void readsACluster() throws Exception {
        try (StandInApiServer api = StandInApiServer.start()) {
            new FixtureCluster().putInto(api);
            Path kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "ann");
            Object[] arguments = {
                "verify",
                "--config",
                FixtureCluster.DIRECTORY.resolve("tenancy.yaml"),
                "--prove",
                "--kubeconfig",
                kubeconfig
            };
            Invocation none = Invocation.of(arguments);
            assertThat(none.out()).as(none.err()).endsWith("none: no workload reaches one across its boundary\n");
            assertThat(none.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(none.out())
                    .contains(
                            "  checked  an istiod signs only for workloads of its own usergroup (verify: istiod-access)\n");
            List<Object> html = new ArrayList<>(Arrays.asList(arguments));
            html.addAll(List.of("-o", "html"));
            assertThat(MapDocument.parse(Invocation.of(html.toArray()).out()).texts("//header//dd[1]"))
                    .singleElement()
                    .asString()
                    .startsWith("the cluster http")
                    .contains(" at 20");
            assertThat(api.seen(Call.LIST, "secrets") + api.seen(Call.GET, "secrets"))
                    .isZero();
            api.remove("peerauthentications", "usergroup-2", "usergroup-2-peerauth");
            Invocation open = Invocation.of(arguments);
            assertThat(open.exitCode()).isEqualTo(ExitCode.FOUND);
            assertThat(open.out()).startsWith("open  any workload > usergroup usergroup-2\n");
        }
    }

    @Test
    void whatVerifyDeniesIsNoGround() throws Exception {
        try (StandInApiServer api = StandInApiServer.start()) {
            new FixtureCluster().putInto(api);
            api.remove("mutatingwebhookconfigurations", "", "istio-sidecar-injector-usergroup-2-usergroup-2");
            Invocation wrong = Invocation.of(
                    "verify",
                    "--config",
                    FixtureCluster.DIRECTORY.resolve("tenancy.yaml"),
                    "--prove",
                    "--kubeconfig",
                    api.kubeconfig(directory.resolve("kubeconfig"), "ann"));
            assertThat(wrong.exitCode()).as(wrong.err()).isEqualTo(ExitCode.FOUND);
            assertThat(wrong.out())
                    .contains("  wrong    each revision and tag is injected")
                    .contains("injector: istio.io/rev=usergroup-2: no webhook selects its pods")
                    .contains("\nnot proven: a fact that this rests on is wrong.");
        }
    }
}
