package dev.marchwarden.verification;

import static dev.marchwarden.verification.MeshStage.ONE;
import static dev.marchwarden.verification.MeshStage.TENANCY;
import static dev.marchwarden.verification.MeshStage.TWO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.Severity;
import dev.marchwarden.standin.Call;
import dev.marchwarden.verification.ConnectedProxy.TypeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two istiods are asked which proxies they have connected, over forwarded ports. */
@Timeout(60)
class LiveSyncTest {
    private static final Path FIXTURES = Path.of("test-fixtures/verification/syncz");
    private static final String NOBODY = "[]";

    @TempDir
    private Path directory;

    private MeshStage stage;

    @BeforeEach
    void open() throws Exception {
        stage = new MeshStage(directory);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private SyncReport look() throws IOException {
        return LiveSync.look(stage.cluster, stage.pods, TENANCY, Duration.ofSeconds(5));
    }

    private static String proxy(String name) {
        return """
                [{"cluster_id":"Kubernetes","proxy":"%s","istio_version":"1.30.3","cluster_sent":"a","cluster_acked":"a"}]""".formatted(name);
    }

    private static String fixture(String file) throws IOException {
        return Files.readString(FIXTURES.resolve(file));
    }

    /** As a real istiod of 1.30.3 said it ({@code SyncStatusClusterIT}), and one of 1.22 by its source. */
    @Test
    void theTableOfAllIstiods() throws Exception {
        stage.member("app-ns-3", TWO);
        stage.istiod(ONE, "istiod-a", fixture("istio-1.30.3.json"));
        stage.istiod(TWO, "istiod-b", fixture("istio-1.22.json").replace("app-ns-1", "app-ns-3"));
        for (int i = 0; i < 20; i++) {
            stage.member("more-" + i, TWO);
        }
        int before = stage.api.seen(Call.LIST, "pods");
        SyncReport report = look();
        // All once, and those of each istiod: not those of each namespace.
        assertThat(stage.api.seen(Call.LIST, "pods") - before).isEqualTo(3);
        String gateway = " \"1.30.3\", \"{CDS=SYNCED, LDS=SYNCED, EDS=SYNCED, RDS=SYNCED}\")";
        String sidecar = " \"1.30.3\", \"{CDS=SYNCED, LDS=SYNCED, EDS=SYNCED, RDS=SYNCED, NameTable=SYNCED}\")";
        assertThat(report.proxies())
                .extracting(
                        ConnectedProxy::proxy,
                        ConnectedProxy::version,
                        each -> each.types().toString())
                .extracting(Object::toString)
                .containsExactly(
                        "(\"edge.app-ns-1\"," + gateway,
                        "(\"httpbin.app-ns-1\"," + sidecar,
                        "(\"rejecting.app-ns-1\", \"1.30.3\", \"{CDS=SYNCED, LDS=ERROR, EDS=SYNCED, NameTable=SYNCED}\")",
                        "(\"shared.usergroup-1\"," + gateway,
                        "(\"silent.app-ns-1\", \"1.30.3\", \"{CDS=STALE, LDS=STALE, ECDS=STALE, NameTable=STALE}\")",
                        "(\"sleep.app-ns-1\"," + sidecar,
                        "(\"httpbin-7d8f9c6b4-x2x9k.app-ns-3\", \"1.22.0\","
                                + " \"{CDS=SYNCED, LDS=SYNCED, EDS=SYNCED, RDS=SYNCED, ECDS=NOT_SENT}\")",
                        "(\"curl.v2.app-ns-3\", \"1.22.0\","
                                + " \"{CDS=STALE, LDS=STALE, EDS=NOT_SENT, RDS=NOT_SENT, ECDS=NOT_SENT}\")");
        assertThat(report.proxies().getFirst().istiod()).isEqualTo(new NamespacedName("usergroup-1", "istiod-a"));
        assertThat(report.findings())
                .extracting(Finding::severity, Finding::subject, Finding::found)
                .containsExactly(
                        tuple(
                                Severity.WARNING,
                                "proxy rejecting.app-ns-1",
                                "rejects what istiod pod usergroup-1/istiod-a sent: LDS: Error adding/updating listener(s)"
                                        + " virtualInbound: script load error: [string \"...\"]:1: '=' expected"),
                        tuple(
                                Severity.WARNING,
                                "proxy silent.app-ns-1",
                                "has not acknowledged what istiod pod usergroup-1/istiod-a sent: CDS, LDS, ECDS, NameTable"),
                        tuple(
                                Severity.WARNING,
                                "proxy curl.v2.app-ns-3",
                                "has not acknowledged what istiod pod usergroup-2/istiod-b sent: CDS, LDS"));
    }

    @Test
    void allAsItShouldBe() throws Exception {
        stage.istiod(ONE, "istiod-a", proxy("curl-0.app-ns-1"));
        stage.istiod(ONE, "istiod-a2", proxy("curl-1.app-ns-1")); // each knows its own only
        stage.istiod(TWO, "istiod-b", NOBODY);
        stage.injected("app-ns-1", "curl-0", "curl", "curl");
        stage.injected("app-ns-1", "curl-1", "curl", "curl");
        assertThat(look().findings())
                .containsExactly(
                        Finding.ok(
                                "live-sync",
                                "usergroup-1",
                                "istiod pods: 2, connected proxies: 2, all of its own namespaces, and up to date"),
                        Finding.ok(
                                "live-sync",
                                "usergroup-2",
                                "istiod pods: 1, connected proxies: 0, all of its own namespaces, and up to date"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"app-ns-2", "elsewhere", "gone"})
    void aProxyOfSomebodyElsesNamespace(String namespace) throws Exception {
        stage.istiod(ONE, "istiod-a", proxy("curl-0." + namespace));
        stage.istiod(TWO, "istiod-b", NOBODY);
        Finding finding = look().findings().getFirst();
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.found())
                .isEqualTo("connected to istiod pod usergroup-1/istiod-a of usergroup usergroup-1, but namespace "
                        + namespace + " is "
                        + (namespace.equals("app-ns-2") ? "usergroup usergroup-2's" : "no usergroup's"));
        assertThat(finding.fix()).isNotEmpty();
    }

    @Test
    void aSidecarThatNobodyHasConnected() throws Exception {
        stage.istiod(ONE, "istiod-a", NOBODY);
        stage.istiod(TWO, "istiod-b", NOBODY);
        stage.injected("app-ns-1", "curl-0", "curl", "curl");
        stage.api.put(
                "{apiVersion: v1, kind: Pod, metadata: {name: plain, namespace: app-ns-1}, spec: {containers: [{name: app}]}, status: {phase: Running}}");
        assertThat(look().findings())
                .filteredOn(finding -> finding.severity() != Severity.OK)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                    assertThat(finding.subject()).isEqualTo("app-ns-1");
                    assertThat(finding.found()).isEqualTo("no istiod has connected the proxies of curl-0");
                    assertThat(finding.fix()).contains("15012").contains("istiod-usergroup-1.usergroup-1");
                });
    }

    @Test
    void aSidecarThatIsNotReadyMayBeOnItsWay() throws Exception {
        stage.istiod(ONE, "istiod-a", NOBODY);
        stage.istiod(TWO, "istiod-b", NOBODY);
        stage.api.put("""
                {apiVersion: v1, kind: Pod, metadata: {name: young, namespace: app-ns-1},
                 spec: {nodeName: node-1, initContainers: [{name: istio-proxy}], containers: [{name: app}]}, status: {phase: Pending}}""");
        assertThat(look().findings())
                .filteredOn(finding -> finding.severity() != Severity.OK)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.found())
                            .isEqualTo("not ready, and no istiod has connected their proxies: young");
                });
    }

    @Test
    void whatAProxyCallsItselfGetsIntoNoCommand() throws Exception {
        stage.istiod(ONE, "istiod-a", """
                [{"cluster_id": "Kubernetes", "proxy": "x;reboot;\\u001b[2J.app-ns-2", "istio_version": "1.30.3", "cluster_sent": "a", "cluster_acked": "b"}]""");
        stage.istiod(TWO, "istiod-b", NOBODY);
        assertThat(look().findings())
                .filteredOn(finding -> finding.subject().startsWith("proxy"))
                .hasSize(2)
                .allSatisfy(finding -> {
                    assertThat(finding.subject()).isEqualTo("proxy x;reboot;?[2J.app-ns-2");
                    assertThat(finding.fix()).doesNotContain("reboot", "kubectl");
                });
    }

    @Test
    void anIstiodThatIsSilentLeavesItsPodsUnknown() throws Exception {
        stage.istiod(ONE, "istiod-a");
        stage.istiod(TWO, "istiod-b", NOBODY);
        stage.injected("app-ns-1", "curl-0", "curl", "curl");
        List<Finding> findings = look().findings();
        assertThat(findings)
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR, Severity.WARNING, Severity.OK);
        assertThat(findings.get(0).subject()).isEqualTo("istiod pod usergroup-1/istiod-a");
        assertThat(findings.get(0).found()).contains("port 15014", "port 8080", "connection refused");
        assertThat(findings.get(1).found())
                .isEqualTo(
                        "no istiod that answered has connected the proxies of curl-0; not asked: usergroup-1/istiod-a");
    }

    @Test
    void whereTheFirstPortDoesNotTellTheOtherDoes() throws Exception {
        stage.istiod(TWO, "istiod-b", NOBODY);
        stage.istiod(ONE, "istiod-a");
        stage.api
                .kubelets()
                .listen("usergroup-1", "istiod-a", 15014, path -> "HTTP/1.1 404 Not Found\r\n\r\n".getBytes(UTF_8));
        stage.api
                .kubelets()
                .listen(
                        "usergroup-1",
                        "istiod-a",
                        8080,
                        path -> ("HTTP/1.0 200 OK\r\n\r\n" + proxy("curl-0.app-ns-1")).getBytes(UTF_8));
        SyncReport report = look();
        assertThat(report.findings()).extracting(Finding::severity).containsExactly(Severity.OK, Severity.OK);
        assertThat(report.proxies().getFirst().types()).containsEntry("CDS", TypeState.SYNCED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "[{}]", "[", "<html>"})
    void whatIsNoTableIsNotTakenForAnEmptyOne(String answer) throws Exception {
        stage.istiod(ONE, "istiod-a", answer);
        stage.istiod(TWO, "istiod-b", NOBODY);
        assertThat(look().findings().getFirst().severity()).isEqualTo(Severity.ERROR);
        assertThat(look().findings().getFirst().found()).startsWith("it could not be asked: ");
    }

    @Test
    void withoutTheRight() throws Exception {
        stage.istiod(ONE, "istiod-a", NOBODY);
        stage.istiod(TWO, "istiod-b", NOBODY);
        stage.api.fail(Call.CONNECT, "pods/portforward", 403);
        assertThat(look().findings()).allSatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.fix()).startsWith("grant get and create on pods/portforward in namespace usergroup-");
        });
        assertThat(stage.api.seen(Call.CONNECT)).isEqualTo(2);
    }

    @Test
    void noIstiodAtAll() throws Exception {
        stage.istiod(ONE, "istiod-a", NOBODY);
        assertThat(look().findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.found()).isEqualTo("no pod of it runs in namespace usergroup-2"));
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        stage.istiod(ONE, "istiod-a", NOBODY);
        stage.api.put("app-ns-3", Map.of());
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(this::look).isInstanceOf(IOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
