package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.Ran;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.verification.FixtureCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} as its user sees it. */
@Timeout(60)
class VerifyCommandTest {
    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.startWithNodes();
    private Path kubeconfig;

    @BeforeEach
    void open() throws Exception {
        new FixtureCluster().putInto(api);
        kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "ann");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Invocation run(int exitCode, Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "verify", "--config", FixtureCluster.DIRECTORY.resolve("tenancy.yaml"), "--kubeconfig", kubeconfig));
        all.addAll(Arrays.asList(more));
        Invocation run = Invocation.of(all.toArray());
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
        return run;
    }

    @Test
    void aTableOfWhatIsAsItShouldBe() {
        assertThat(run(ExitCode.OK).out())
                .contains("""
                        strict
                          ok       revision usergroup-1: PeerAuthentication usergroup-1/usergroup-1-peerauth
                        """, """
                        PROXY                              USERGROUP    REVISION     ISTIOD                                    VERSION  READY
                        httpbin-66858df76d-jrg8p.app-ns-1  usergroup-1  usergroup-1  istiod-usergroup-1.usergroup-1.svc:15012  1.30.3   yes
                        """)
                .endsWith("0 warnings, 0 errors: the meshes are separate\n");
    }

    @Test
    void whatIsWrongIsSaidWithItsFix() {
        api.remove("peerauthentications", "usergroup-2", "usergroup-2-peerauth");
        assertThat(run(ExitCode.FOUND).out())
                .contains("""
                          error    revision usergroup-2: no PeerAuthentication for the whole mesh in usergroup-2: workloads
                                   accept plain text from everybody
                                   Fix: `marchwarden bootstrap apply`
                        """)
                .endsWith("0 warnings, 1 error: the meshes are not separated as they should be\n");
    }

    @Test
    void manyThatAreAsTheyShouldBeAreCountedInTheTableAndAllInTheJson() throws Exception {
        for (int i = 0; i < 30; i++) {
            api.put(
                    "more-" + i,
                    Map.of("usergroup", "usergroup-2", "istio.io/rev", i == 7 ? "usergroup-9" : "usergroup-2"));
        }
        String table = run(ExitCode.FOUND).out();
        assertThat(table)
                .contains("more are ok (-o json shows all)")
                .contains("more-7: istio.io/rev=usergroup-9 is no revision or tag of usergroup usergroup-2");
        JsonNode json =
                new ObjectMapper().readTree(run(ExitCode.FOUND, "-o", "json").out());
        assertThat(json.path("verified").asBoolean()).isFalse();
        assertThat(json.path("findings")
                        .valueStream()
                        .filter(line -> line.path("code").asText().equals("one-control-plane"))
                        .filter(line -> line.path("severity").asText().equals("ok")))
                .hasSizeGreaterThan(30);
        assertThat(json.at("/summary/error").asInt()).isEqualTo((int) json.path("findings")
                .valueStream()
                .filter(line -> line.path("severity").asText().equals("error"))
                .count());
        assertThat(json.at("/proxies/0").toString()).isEqualTo("""
                {"namespace":"app-ns-1","pod":"httpbin-66858df76d-jrg8p","usergroup":"usergroup-1","revision":"usergroup-1",\
                "istiod":"istiod-usergroup-1.usergroup-1.svc:15012","version":"1.30.3","native":true,"ready":true}""");
    }

    @Test
    void whatCannotBeReadIsNotVerified() {
        api.fail(Call.LIST, "networkpolicies", 403);
        assertThat(run(ExitCode.ERROR).err())
                .startsWith("marchwarden: cannot list networkpolicies in namespace usergroup-1: " + api.url()
                        + ": not permitted, HTTP 403")
                .contains("(expected: this right; `kubectl auth can-i` checks it); docs/verification.md")
                .hasLineCount(1);
    }

    @Test
    void credentialsThatAreNotAcceptedAreCalledThat() {
        api.fail(Call.LIST, "namespaces", 401);
        assertThat(run(ExitCode.ERROR).err())
                .isEqualToIgnoringNewLines("marchwarden: cannot list namespaces: " + api.url()
                        + ": the API server does not accept these credentials, HTTP 401"
                        + " (expected: valid credentials; log in again)");
    }

    @Test
    void whereThereIsNoConnectionTheServerAndTheCauseAreNamed() {
        String url = api.url();
        api.goAway();
        assertThat(run(ExitCode.ERROR).err())
                .startsWith("marchwarden: cannot list namespaces: " + url + ": connection refused (expected: check")
                .hasLineCount(1);
    }

    @Test
    void istiodsAreAskedAndPodsAskEachOther() throws Exception {
        listen("usergroup-1", "usergroup-1", "httpbin-66858df76d-jrg8p.app-ns-1", "sleep-5fcd8fd6c8-mqg92.app-ns-1");
        listen("usergroup-1", "usergroup-1-canary", "web-7c9d6b5d4f-2k4lq.shop");
        listen("usergroup-2", "usergroup-2", "httpbin-66858df76d-tx9bz.app-ns-2", "sleep-5fcd8fd6c8-7w5dr.app-ns-2");
        ask("app-ns-1", "sleep-5fcd8fd6c8-mqg92");
        ask("app-ns-2", "sleep-5fcd8fd6c8-7w5dr");
        assertThat(run(ExitCode.OK, "--live", "--connectivity").out())
                .contains("""
                        CONNECTED PROXY                    CLUSTER     ISTIOD                                     VERSION  SUBSCRIBED TYPES
                        httpbin-66858df76d-jrg8p.app-ns-1  Kubernetes  istiod-usergroup-1-6d4f7c8b9-x2x2x         1.30.3   CDS
                        """)
                .contains("""
                        FROM         TO           WANTED   CODE  CLIENT""")
                .contains("ok       usergroup-1 to usergroup-2: refused: 503");
        JsonNode json = new ObjectMapper()
                .readTree(run(ExitCode.OK, "--live", "--connectivity", "-o", "json")
                        .out());
        assertThat(json.path("connected")).hasSize(5);
        assertThat(json.path("connectivity")
                        .valueStream()
                        .map(probe -> "%s %s %s %s"
                                .formatted(
                                        probe.path("from").asText(),
                                        probe.path("to").asText(),
                                        probe.path("wanted").asText(),
                                        probe.path("code").asText())))
                .containsExactly(
                        "usergroup-1 usergroup-1 reached 200",
                        "usergroup-2 usergroup-2 reached 200",
                        "usergroup-1 usergroup-2 refused 503",
                        "usergroup-2 usergroup-1 refused 503");
    }

    @Test
    void whoCannotBeAskedIsWrong() {
        assertThat(run(ExitCode.FOUND, "--live").out().replaceAll("\\s+", " "))
                .contains("error istiod pod usergroup-1/istiod-usergroup-1-6d4f7c8b9-x2x2x: it could not be asked");
        assertThat(run(ExitCode.FOUND, "--connectivity").out().replaceAll("\\s+", " "))
                .contains("error usergroup-1: not proven: no ready pod of it has a sidecar and a container with curl");
    }

    private void listen(String namespace, String revision, String... proxies) {
        String json =
                Arrays.stream(proxies).map(proxy -> """
                        {"cluster_id": "Kubernetes", "proxy": "%s", "istio_version": "1.30.3", "cluster_sent": "a", "cluster_acked": "a"}""".formatted(proxy)).collect(Collectors.joining(",", "[", "]"));
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + json.length() + "\r\n\r\n" + json;
        api.kubelets()
                .listen(namespace, "istiod-" + revision + "-6d4f7c8b9-x2x2x", 15014, path -> answer.getBytes(UTF_8));
    }

    private void ask(String namespace, String pod) {
        api.kubelets()
                .run(
                        namespace,
                        pod,
                        "sleep",
                        command -> command.contains("--version")
                                        || command.getLast().contains(namespace)
                                ? Ran.exit(0, "HTTP/1.1 200 OK\r\n\r\n{}", "")
                                : Ran.exit(
                                        0,
                                        "HTTP/1.1 503 Service Unavailable\r\nserver: envoy\r\n\r\nupstream connect error or"
                                                + " disconnect/reset before headers. reset reason: connection termination",
                                        ""));
    }
}
