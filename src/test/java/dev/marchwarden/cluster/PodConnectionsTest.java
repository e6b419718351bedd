package dev.marchwarden.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.Ran;
import dev.marchwarden.standin.StandInApiServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs run in pods, and ports of pods talked to, through an API server and over TLS. */
@Timeout(30)
class PodConnectionsTest {
    private static final NamespacedName POD = new NamespacedName("shop", "curl-0");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(700);

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.startWithNodes();
    private ApiServer server;
    private PodConnections pods;

    @BeforeEach
    void open() throws Exception {
        server = new ApiServer(ClusterConfig.ofKubeconfig(api.kubeconfig(directory.resolve("kubeconfig"), "ann")));
        pods = new PodConnections(server);
        api.put("""
                {apiVersion: v1, kind: Pod, metadata: {name: curl-0, namespace: shop},
                 spec: {nodeName: node-1, containers: [{name: curl}, {name: istio-proxy}]}}""");
    }

    @AfterEach
    void close() {
        server.close();
        api.close();
    }

    private void runs(Ran ran) {
        api.kubelets().run("shop", "curl-0", "curl", command -> ran);
    }

    private Execution exec(String... command) throws IOException {
        return pods.exec(POD, "curl", List.of(command), TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProgramsOutputAndExitCode(boolean older) throws Exception {
        if (older) {
            api.kubelets().older();
        }
        runs(Ran.exit(22, "out é\n", "err\n"));
        assertThat(exec("curl", "-w", "a b&c=%{http_code}\n")).isEqualTo(new Execution(22, "out é\n", "err\n"));
        assertThat(api.kubelets().commands()).containsExactly(List.of("curl", "-w", "a b&c=%{http_code}\n"));
        runs(Ran.exit(0, "", ""));
        assertThat(exec("true")).isEqualTo(new Execution(0, "", ""));
        assertThat(api.seen(Call.CONNECT, "pods/exec")).isEqualTo(older ? 3 : 2); // asks for the newer protocol once
    }

    @Test
    void ofEndlessOutputTheBeginningIsKept() throws Exception {
        String much = "0123456789abcdef".repeat(20_000);
        runs(Ran.exit(0, much, much));
        Execution ran = exec("cat");
        assertThat(ran.output()).hasSize(64 << 10).isEqualTo(much.substring(0, 64 << 10));
        assertThat(ran.errors()).hasSize(64 << 10);
    }

    /** As containerd says it, CRI-O (runc, crun) and cri-dockerd. */
    @Test
    void aProgramThatIsNotThereHasNotRun() {
        for (Ran ran : List.of(
                Ran.missing("curl"),
                Ran.exit(
                        255,
                        "",
                        "time=\"2026-11-22T07:00:00Z\" level=error msg=\"exec failed: unable to start container process: exec:"
                                + " \\\"curl\\\": executable file not found in $PATH\"\n"),
                Ran.notStarted(
                        "Internal error occurred: error executing command in container: executable file `curl` not found in $PATH:"
                                + " No such file or directory"),
                Ran.exit(
                        126,
                        "OCI runtime exec failed: exec failed: container_linux.go:348: starting container process caused \"exec:"
                                + " \\\"/bin/curl\\\": stat /bin/curl: no such file or directory\": unknown\r\n",
                        ""))) {
            runs(ran);
            assertThatThrownBy(() -> exec("curl"))
                    .isInstanceOfSatisfying(
                            NotStartedException.class,
                            no -> assertThat(no.isNoSuchProgram()).isTrue())
                    .hasMessageStartingWith("nothing can be started in container curl of Pod shop/curl-0: ");
        }
    }

    @Test
    void aContainerThatDoesNotRunIsSomethingElse() {
        runs(Ran.notStarted("Internal error occurred: unable to upgrade connection: container not found (\"curl\")"));
        assertThatThrownBy(() -> exec("curl"))
                .isInstanceOfSatisfying(
                        NotStartedException.class,
                        no -> assertThat(no.isNoSuchProgram()).isFalse())
                .hasMessageContaining("container not found (\"curl\")");
    }

    @Test
    void aConnectionThatBreaksIsNoEnd() {
        runs(Ran.breaks("half"));
        assertThatThrownBy(() -> exec("curl")).isInstanceOf(IOException.class).hasMessageContaining("broke");
    }

    @Test
    void nothingIsWaitedForLongerThanTheDeadline() {
        runs(Ran.never("half"));
        long begin = System.nanoTime();
        assertThatThrownBy(() -> pods.exec(POD, "curl", List.of("curl"), SHORT))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("not done within 700 ms");
        api.hold(Call.CONNECT);
        assertThatThrownBy(() -> pods.exec(POD, "curl", List.of("curl"), SHORT))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT.multipliedBy(2), SHORT.multipliedBy(8));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itCanBeInterrupted(boolean whileOpening) throws Exception {
        runs(Ran.never("half"));
        if (whileOpening) {
            api.hold(Call.CONNECT);
        }
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                exec("curl");
            } catch (IOException e) {
                thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("forgotten", e));
            }
        });
        Thread.sleep(300);
        thread.interrupt();
        assertThat(thrown.get(3, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void whatIsRefusedIsRefusedInTheApiServersWords() {
        assertThatThrownBy(() -> pods.exec(POD, "web", List.of("curl"), TIMEOUT))
                .isInstanceOf(RefusedException.class)
                .hasMessage("cannot exec in Pod shop/curl-0, HTTP 400: container web is not valid for pod curl-0");
        assertThatThrownBy(() -> pods.get(new NamespacedName("shop", "gone"), 80, "/", TIMEOUT))
                .isInstanceOfSatisfying(
                        RefusedException.class, no -> assertThat(no.isMissing()).isTrue())
                .hasMessage("cannot forward a port of Pod shop/gone, HTTP 404: pods \"gone\" not found");
        api.fail(Call.CONNECT, "pods/exec", 403);
        assertThatThrownBy(() -> exec("curl"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("cannot exec in Pod shop/curl-0, HTTP 403: told to fail");
        assertThat(api.seen(Call.CONNECT, "pods/exec")).isEqualTo(2); // a no is not asked for twice
    }

    @Test
    void anApiServerThatIsAway() {
        api.goAway();
        assertThatThrownBy(() -> exec("curl")).isInstanceOf(ClusterException.class);
    }

    private Path kubeconfig(int port) throws IOException {
        Path file = api.kubeconfig(directory.resolve("other"), "ann");
        return Files.writeString(file, Files.readString(file).replace(api.url(), "https://127.0.0.1:" + port));
    }

    private static void resetAll(ServerSocket listening) {
        while (true) {
            try (Socket client = listening.accept()) {
                client.getInputStream().read();
                client.setSoLinger(true, 0); // the client may try again
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    @Test
    void anApiServerThatResetsTheConnection() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ApiServer resetting = new ApiServer(ClusterConfig.ofKubeconfig(kubeconfig(listening.getLocalPort())))) {
            Thread.ofVirtual().start(() -> resetAll(listening));
            assertThatThrownBy(() -> new PodConnections(resetting).exec(POD, "curl", List.of("curl"), TIMEOUT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the server closed the connection");
        }
    }

    // ---- ports

    private void answers(String bytes) {
        api.kubelets().listen("shop", "curl-0", 15014, path -> bytes.getBytes(UTF_8));
    }

    private String get() throws IOException {
        HttpAnswer answer = pods.get(POD, 15014, "/debug/syncz", TIMEOUT);
        return answer.status() + " " + answer.body();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HTTP/1.1 200 OK~Content-Length: 4~~[{}]                              | 200 [{}]
            HTTP/1.1 200 OK~content-length:4~Connection: close~~[{}] and more     | 200 [{}]
            HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2;x=y~[{~2~}]~0~~         | 200 [{}]
            HTTP/1.0 200 OK~~[{}]                                                 | 200 [{}]
            HTTP/1.1 404~Content-Length: 0~~                                      | 404
            """)
    void anAnswerInEachOfItsForms(String bytes, String expected) throws Exception {
        answers(bytes.replace("~", "\r\n"));
        assertThat(get().strip()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HTTP/1.1 200 OK~Content-Length: 40~~[{}]                   | in its middle
            HTTP/1.1 200 OK~Transfer-Encoding: chunked~~9~[{           | in its middle
            HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~[]           | before there was a whole answer
            HTTP/1.1 200 OK~Transfer-Encoding: chunked~~zz~[]          | no number
            HTTP/1.1 200 OK~Content-Length: 90000000~~                 | longer than
            HTTP/1.1 200 OK~Content-Length: -1~~                       | no number
            HTTP/1.1 200 OK~X                                          | before there was a whole answer
            SSH-2.0-OpenSSH~~                                          | does not speak HTTP
            """)
    void whatIsNoWholeAnswerIsNone(String bytes, String why) {
        answers(bytes.replace("~", "\r\n"));
        assertThatThrownBy(this::get).isInstanceOf(IOException.class).hasMessageContaining(why);
    }

    @Test
    void aLargeAnswer() throws Exception {
        String large = "x".repeat(5 << 20);
        answers("HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n" + large);
        assertThat(get()).isEqualTo("200 " + large);
        answers("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(33 << 20));
        assertThatThrownBy(this::get).isInstanceOf(IOException.class).hasMessageContaining("longer than");
    }

    @Test
    void aPortThatNobodyListensOn() {
        assertThatThrownBy(this::get)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("it cannot be reached: error forwarding port 15014");
    }

    @Test
    void nodesPassOnAllElse() throws Exception {
        assertThat(server.get("/api/v1/namespaces/shop/pods/curl-0", TIMEOUT).status())
                .isEqualTo(200);
        runs(Ran.exit(0, "", ""));
        assertThat(exec("true").exitCode()).isZero();
        assertThat(server.get("/api/v1/namespaces/shop/pods", TIMEOUT).status()).isEqualTo(200);
    }
}
