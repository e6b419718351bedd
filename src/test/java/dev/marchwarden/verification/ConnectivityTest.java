package dev.marchwarden.verification;

import static dev.marchwarden.verification.MeshStage.TENANCY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.Severity;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.Ran;
import dev.marchwarden.verification.Probe.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guide's curl and httpbin of two usergroups; what curl gives back is the test's. */
@Timeout(60)
class ConnectivityTest {
    private static final Path TABLE = Path.of("test-fixtures/verification/connectivity.table");
    private static final Ran OK = Ran.exit(0, "HTTP/1.1 200 OK\r\nserver: envoy\r\n\r\n{}", "");
    private static final Ran REFUSED = Ran.exit(
            0,
            "HTTP/1.1 503 Service Unavailable\r\nserver: envoy\r\n\r\nupstream connect error or disconnect/reset before"
                    + " headers. reset reason: connection termination",
            "");
    private static final String HTTP = "[{name: http, port: 8000}]";

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

    private void guide() {
        for (String namespace : List.of("app-ns-1", "app-ns-2")) {
            stage.injected(namespace, "curl-0", "curl", "curl");
            stage.injected(namespace, "httpbin-0", "httpbin", "httpbin");
            stage.service(namespace, "httpbin", HTTP, "httpbin-0");
            curl(namespace, OK, REFUSED);
        }
    }

    /** What curl in a namespace gets from a server of its own, and from others. */
    private void curl(String namespace, Ran own, Ran across) {
        stage.api
                .kubelets()
                .run(
                        namespace,
                        "curl-0",
                        "curl",
                        command -> command.contains("--version")
                                ? Ran.exit(0, "curl 8.11.0", "")
                                : command.getLast().contains(namespace) ? own : across);
    }

    /** What wget in a container without curl gets from others; it reaches its own. */
    private void wget(Ran help, Ran across) {
        stage.api
                .kubelets()
                .run(
                        "app-ns-1",
                        "curl-0",
                        "curl",
                        command -> command.getFirst().equals("curl")
                                ? Ran.missing("curl")
                                : command.contains("--help")
                                        ? help
                                        : command.getLast().contains("app-ns-1")
                                                ? Ran.exit(0, "{}", "  HTTP/1.1 200 OK\n  server: envoy\n")
                                                : across);
    }

    private ConnectivityReport look() throws IOException {
        return Connectivity.look(stage.cluster, stage.pods, TENANCY, Duration.ofMinutes(1));
    }

    @Test
    void aClosedConnectionIsAskedForAgain() throws Exception {
        guide();
        Ran closed = Ran.exit(52, "", "curl: (52) Empty reply from server");
        Ran reset = Ran.exit(56, "", "curl: (56) Recv failure: Connection reset by peer");
        AtomicInteger asked = new AtomicInteger();
        stage.api.kubelets().run("app-ns-1", "curl-0", "curl", command -> {
            if (command.contains("--version")) {
                return Ran.exit(0, "curl 8.11.0", "");
            }
            if (command.getLast().contains("app-ns-1")) {
                return OK;
            }
            return asked.incrementAndGet() < 3 ? closed : reset;
        });
        curl("app-ns-2", OK, closed);
        ConnectivityReport report = look();
        assertThat(report.probes()).extracting(Probe::code).hasSize(4);
        assertThat(report.findings())
                .extracting(Finding::severity)
                .containsExactly(Severity.OK, Severity.OK, Severity.OK, Severity.ERROR);
        assertThat(asked).hasValue(3);
    }

    @Test
    void theGuidesStory() throws Exception {
        guide();
        ConnectivityReport report = look();
        assertThat(report.probes())
                .extracting(Probe::from, Probe::to, Probe::wanted, Probe::code)
                .extracting(Object::toString)
                .containsExactly(
                        "(\"usergroup-1\", \"usergroup-1\", REACHED, \"200\")",
                        "(\"usergroup-2\", \"usergroup-2\", REACHED, \"200\")",
                        "(\"usergroup-1\", \"usergroup-2\", REFUSED, \"503\")",
                        "(\"usergroup-2\", \"usergroup-1\", REFUSED, \"503\")");
        assertThat(report.probes().get(2).url()).isEqualTo("http://httpbin.app-ns-2.svc.cluster.local:8000/headers");
        assertThat(report.findings()).extracting(Finding::severity).containsOnly(Severity.OK);
        assertThat(report.findings())
                .extracting(Finding::subject)
                .containsExactly(
                        "usergroup-1 to usergroup-1",
                        "usergroup-2 to usergroup-2",
                        "usergroup-1 to usergroup-2",
                        "usergroup-2 to usergroup-1");
        assertThat(stage.api.kubelets().commands())
                .contains(List.of(
                        "curl",
                        "-q",
                        "-sS",
                        "-i",
                        "-m",
                        "5",
                        "--noproxy",
                        "*",
                        "http://httpbin.app-ns-2.svc.cluster.local:8000/headers"));
    }

    @TestFactory
    List<DynamicTest> eachOutcome() throws Exception {
        guide();
        List<DynamicTest> tests = new ArrayList<>();
        for (String row : Files.readAllLines(TABLE)) {
            if (row.isBlank() || row.startsWith("#")) {
                continue;
            }
            String[] cells = row.split(" \\|", -1);
            tests.add(DynamicTest.dynamicTest(row.substring(0, Math.min(row.length(), 150)), () -> play(cells)));
        }
        assertThat(tests).hasSizeGreaterThan(30);
        return tests;
    }

    private void play(String[] cells) throws IOException {
        assertThat(cells).as("columns").hasSize(7);
        boolean own = cells[0].strip().equals("own");
        Ran ran =
                Ran.exit(Integer.parseInt(cells[1].strip()), cells[2].strip().replace("\\n", "\r\n"), cells[3].strip());
        curl("app-ns-1", own ? ran : OK, own ? REFUSED : ran);
        ConnectivityReport report = look();
        int row = own ? 0 : 2;
        assertThat(report.probes().get(row).wanted()).isEqualTo(own ? Wanted.REACHED : Wanted.REFUSED);
        assertThat(report.probes().get(row).code()).isEqualTo(cells[4].strip());
        Finding finding = report.findings().get(row);
        assertThat(finding.found()).contains(cells[6].strip());
        assertThat(finding.severity()).isEqualTo(Severity.valueOf(cells[5].strip()));
        assertThat(finding.fix().isEmpty()).isEqualTo(finding.severity() == Severity.OK);
    }

    @Test
    void aRefusalByAServerThatNobodyReachesProvesNothing() throws Exception {
        guide();
        curl("app-ns-2", REFUSED, REFUSED);
        List<Finding> findings = look().findings();
        assertThat(findings)
                .extracting(Finding::severity)
                .containsExactly(Severity.OK, Severity.ERROR, Severity.ERROR, Severity.OK);
        assertThat(findings.get(2).found())
                .startsWith("not proven, because usergroup-2 itself does not reach that server: 503");
    }

    @Test
    void whereThereIsNobodyToAskNothingIsProven() throws Exception {
        guide();
        stage.api.remove("pods", "app-ns-2", "curl-0");
        stage.api.remove("services", "app-ns-2", "httpbin");
        ConnectivityReport report = look();
        assertThat(report.probes()).extracting(Probe::from, Probe::to).hasSize(1);
        assertThat(report.findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .satisfiesExactly(
                        client -> {
                            assertThat(client.subject()).isEqualTo("usergroup-2");
                            assertThat(client.found())
                                    .startsWith(
                                            "not proven: no ready pod of it has a sidecar and a container with curl or wget;")
                                    .contains("executable file not found"); // httpbin was tried
                            assertThat(client.fix())
                                    .startsWith("kubectl -n app-ns-2 apply -f https://")
                                    .contains("curl/curl.yaml");
                        },
                        server -> {
                            assertThat(server.found()).startsWith("not proven: no Service of it");
                            assertThat(server.fix()).contains("httpbin/httpbin.yaml");
                        });
    }

    @Test
    void aClientThatHasOnlyWget() throws Exception {
        guide();
        Ran forbidden =
                Ran.exit(1, "", "  HTTP/1.1 403 Forbidden\nwget: server returned error: HTTP/1.1 403 Forbidden\n");
        wget(Ran.exit(1, "", "BusyBox v1.36"), forbidden);
        ConnectivityReport report = look();
        assertThat(report.probes().get(0).code()).isEqualTo("200");
        assertThat(report.findings().get(0).severity()).isEqualTo(Severity.OK);
        assertThat(report.probes().get(2).code()).isEqualTo("403");
        assertThat(report.findings().get(2).severity()).isEqualTo(Severity.ERROR);
    }

    /** What GNU Wget 1.21.3 printed: beside Envoy 1.38.3, of a server that closes, of a name that nobody has; the last is as busybox puts it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    HTTP request sent, awaiting response... ~  HTTP/1.1 502 Bad Gateway~  server: envoy~  content-length: 0~2026-11-28 05:09:38 ERROR 502: Bad Gateway. | 502 | OK | REGISTRY_ONLY
                    HTTP request sent, awaiting response... Read error (Connection reset by peer) in headers.~Giving up. | 000 | OK | the connection was reset
                    HTTP request sent, awaiting response... No data received.~Giving up. | 000 | ERROR | the connection was closed without an answer
                    Resolving httpbin.app-ns-9... failed: Name or service not known.~wget: unable to resolve host address 'httpbin.app-ns-9' | 000 | ERROR | the name does not resolve
                    HTTP request sent, awaiting response... ~  HTTP/1.1 503 Service Unavailable~  content-length: 121~  server: envoy~  x-envoy-upstream-service-time: 74~2026-11-28 05:09:39 ERROR 503: Service Unavailable. | 503 | ERROR | the server or its proxy accepted the request
                    wget: server returned error: HTTP/1.1 502 Bad Gateway | 502 | ERROR | the reason is unclear
                    """)
    void whatWgetSaysAcross(String said, String code, Severity severity, String found) throws Exception {
        guide();
        wget(Ran.exit(0, "GNU Wget 1.21.3", ""), Ran.exit(8, "", said.replace('~', '\n') + "\n"));
        ConnectivityReport report = look();
        assertThat(report.probes().get(2).code()).isEqualTo(code);
        assertThat(report.findings().get(2).severity()).isEqualTo(severity);
        assertThat(report.findings().get(2).found()).contains(found);
    }

    /** By its label, not by its place; and never from the proxy's own container or user, which nothing captures. */
    @Test
    void whoIsChosen() throws Exception {
        stage.injected("app-ns-1", "a-0", "shop", "shop");
        stage.injected("app-ns-1", "z-0", "sleep", "sleep");
        stage.injected("app-ns-1", "gateway-0", "gateway", "istio-proxy");
        stage.api.put("""
                {apiVersion: v1, kind: Pod,
                 metadata: {name: as-proxy, namespace: app-ns-1, annotations: {sidecar.istio.io/status: '{}'}},
                 spec: {nodeName: node-1, securityContext: {runAsUser: 1337}, containers: [{name: curl}]},
                 status: {phase: Running, conditions: [{type: Ready, status: "True"}]}}""");
        for (String pod : List.of("a-0/shop", "z-0/sleep", "gateway-0/istio-proxy", "as-proxy/curl")) {
            String[] names = pod.split("/");
            stage.api.kubelets().run("app-ns-1", names[0], names[1], command -> OK);
        }
        stage.service("app-ns-1", "gateway", "[{name: http2, port: 80}]", "gateway-0");
        stage.service("app-ns-1", "api", "[{name: grpc, port: 9000}, {name: http-web, port: 8123}]", "a-0");
        stage.service("app-ns-1", "db", "[{name: tcp, port: 5432}]", "a-0");
        assertThat(look().probes()).singleElement().satisfies(probe -> {
            assertThat(probe.client()).isEqualTo("app-ns-1/z-0 (sleep)");
            assertThat(probe.url()).isEqualTo("http://api.app-ns-1.svc.cluster.local:8123/");
        });
    }

    @Test
    void withoutTheRight() throws Exception {
        guide();
        stage.api.fail(Call.CONNECT, "pods/exec", 403);
        ConnectivityReport report = look();
        assertThat(report.probes()).isEmpty();
        assertThat(report.findings()).hasSize(2).allSatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.found()).contains("HTTP 403");
            assertThat(finding.fix()).contains("pods/exec");
        });
    }

    @Test
    void aClientThatCannotBeMadeToAskIsNoRefusal() throws Exception {
        guide();
        stage.api
                .kubelets()
                .run("app-ns-1", "curl-0", "curl", command -> command.contains("--version") ? OK : Ran.breaks(""));
        List<Finding> findings = look().findings();
        assertThat(findings)
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR, Severity.OK, Severity.ERROR, Severity.ERROR);
        assertThat(findings.get(2).found()).contains("the client could not be made to ask");
    }

    @Test
    void whatIsOutOfTimeIsSaidNotToBeAsked() throws Exception {
        guide();
        ConnectivityReport report = Connectivity.look(stage.cluster, stage.pods, TENANCY, Duration.ZERO);
        assertThat(report.probes()).isEmpty();
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.found()).startsWith("4 pairs of usergroups were not asked");
        });
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        guide();
        Thread here = Thread.currentThread();
        stage.api.kubelets().run("app-ns-1", "curl-0", "curl", command -> {
            here.interrupt();
            return Ran.never("");
        });
        try {
            assertThatThrownBy(this::look).isInstanceOf(IOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
