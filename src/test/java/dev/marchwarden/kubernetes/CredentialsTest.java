package dev.marchwarden.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.ExecConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The credentials of a kubeconfig reach the API server as kubectl would send them. */
@Timeout(60)
class CredentialsTest {
    private static final String API = "client.authentication.k8s.io/v1";

    @TempDir
    private Path directory;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String accepted = "good";
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(Stream.of("Host", "Authorization", "Impersonate-User", "Impersonate-Group")
                    .map(exchange.getRequestHeaders()::getFirst)
                    .filter(Objects::nonNull)
                    .toList()
                    .toString());
            boolean isGood =
                    ("Bearer " + accepted).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = "{\"gitVersion\": \"v1.35.2\", \"major\": \"1\", \"minor\": \"35\"}".getBytes(UTF_8);
            exchange.sendResponseHeaders(isGood ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private Path kubeconfig(String cluster, String user) throws IOException {
        return Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: a
                contexts: [{name: a, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                """.formatted(cluster, user));
    }

    private ClusterClient client(String user) throws IOException {
        return client("server: \"http://" + address() + "\"", user);
    }

    private ClusterClient client(String cluster, String user) throws IOException {
        return new ClusterClient(ClusterConfig.ofKubeconfig(kubeconfig(cluster, user)), Duration.ofSeconds(10));
    }

    private Path program(String script) throws IOException {
        Path program = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private static String exec() {
        return "exec: {apiVersion: %s, command: ./program, args: [a b]}".formatted(API);
    }

    private static String credential(String status) {
        return "{\"apiVersion\": \"%s\", \"kind\": \"ExecCredential\", \"status\": {%s}}".formatted(API, status);
    }

    @Test
    void theTokenOfAFile() throws Exception {
        Files.writeString(directory.resolve("token"), "good\n");
        try (ClusterClient client = client("tokenFile: token, token: old")) {
            assertThat(client.version()).isEqualTo("v1.35.2");
        }
    }

    /** Else it would do more than the user lets it. */
    @Test
    void impersonation() throws Exception {
        try (ClusterClient client = client("token: good, as: viewer, as-groups: [auditors]")) {
            client.version();
        }
        assertThat(requests).containsExactly("[%s, Bearer good, viewer, auditors]".formatted(address()));
    }

    /** What it says on stderr is no part of the credential. */
    @Test
    void aProgramThatWarns() throws Exception {
        program("[ \"$1\" = 'a b' ] || exit 1\necho 'a new version is out' >&2\necho '%s'"
                .formatted(credential("\"token\": \"good\"")));
        try (ClusterClient client = client(exec())) {
            assertThat(client.version()).isEqualTo("v1.35.2");
        }
    }

    @Test
    void copiesHaveTheSameCredentials() throws Exception {
        Path runs = directory.resolve("runs");
        program("echo run >> %s\necho '%s'".formatted(runs, credential("\"token\": \"good\"")));
        ClusterConfig config =
                ClusterConfig.ofKubeconfig(kubeconfig("server: \"http://" + address() + "\"", exec() + ", as: viewer"));
        for (int i = 0; i < 2; i++) {
            try (ClusterClient client = new ClusterClient(config.copy(), Duration.ofSeconds(10))) {
                client.version();
            }
        }
        assertThat(runs).hasContent("run");
        Files.writeString(directory.resolve("token"), "good\n");
        ClusterConfig file = ClusterConfig.ofKubeconfig(
                kubeconfig("server: \"http://" + address() + "\"", "tokenFile: token, as: viewer"));
        try (ClusterClient client = new ClusterClient(file.copy(), Duration.ofSeconds(10))) {
            client.version();
        }
        assertThat(requests)
                .containsOnly("[%s, Bearer good, viewer]".formatted(address()))
                .hasSize(3);
    }

    @Test
    void aProgramIsToldTheVersionAndTheCluster() throws Exception {
        program("printf '%s' \"$KUBERNETES_EXEC_INFO\" > \"$OUT\"\necho '" + credential("\"token\": \"good\"") + "'");
        Path told = directory.resolve("told");
        String user =
                "exec: {apiVersion: %s, command: ./program, provideClusterInfo: true, env: [{name: OUT, value: %s}]}"
                        .formatted(API, told);
        try (ClusterClient client = client(user)) {
            client.version();
        }
        assertThat(told)
                .content()
                .contains("\"apiVersion\":\"" + API + "\",\"kind\":\"ExecCredential\"")
                .contains("\"interactive\":false")
                .contains("\"server\":\"http://" + address() + "\"");
    }

    /** The address of the server is resolved by the proxy. */
    @Test
    void aProxy() throws Exception {
        String cluster = "server: \"http://api.invalid:6443\", proxy-url: \"http://" + address() + "\"";
        try (ClusterClient client = client(cluster, "token: good")) {
            client.version();
        }
        assertThat(requests).containsExactly("[api.invalid:6443, Bearer good]");
    }

    @Test
    void aTokenThatIsRefusedIsRenewed() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        program("cat \"$(dirname \"$0\")\"/token");
        Files.writeString(directory.resolve("token"), credential("\"token\": \"good\""));
        ExecProgram program = program(Duration.ofSeconds(20));
        ClusterConfig config = ClusterConfig.ofKubeconfig(kubeconfig("server: \"http://" + address() + "\"", ""));
        ExecTokens tokens = new ExecTokens(program, program.run(), (InstantSource) now::get);
        try (ClusterClient client = new ClusterClient(config.with(tokens), Duration.ofSeconds(10))) {
            client.version();
            accepted = "better";
            Files.writeString(directory.resolve("token"), credential("\"token\": \"better\""));
            now.set(now.get().plusSeconds(11));
            client.version();
        }
        assertThat(requests)
                .extracting(each -> each.replaceFirst(".*Bearer", ""))
                .containsExactly(" good]", " good]", " better]");
    }

    @Test
    void aTokenThatHasExpiredIsRenewed() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
        program("cat \"$(dirname \"$0\")\"/token");
        Files.writeString(
                directory.resolve("token"),
                credential("\"token\": \"good\", \"expirationTimestamp\": \"2030-01-01T01:00:00Z\""));
        ExecProgram program = program(Duration.ofSeconds(20));
        ClusterConfig config = ClusterConfig.ofKubeconfig(kubeconfig("server: \"http://" + address() + "\"", ""));
        ExecTokens tokens = new ExecTokens(program, program.run(), (InstantSource) now::get);
        try (ClusterClient client = new ClusterClient(config.with(tokens), Duration.ofSeconds(10))) {
            Files.writeString(directory.resolve("token"), credential("\"token\": \"better\""));
            client.version();
            accepted = "better";
            now.set(Instant.parse("2030-01-01T01:00:00Z"));
            client.version();
        }
        assertThat(requests)
                .extracting(each -> each.replaceFirst(".*Bearer", ""))
                .containsExactly(" good]", " better]");
    }

    private ExecProgram program(Duration timeout) {
        ExecConfig exec = new ExecConfigBuilder()
                .withApiVersion(API)
                .withCommand(directory.resolve("program").toString())
                .build();
        return new ExecProgram(exec, new Cluster(), timeout);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 3|failed with exit code 3",
                "exit 0|printed no ExecCredential in JSON",
                "echo 'secret: {'|printed no ExecCredential in JSON",
                "sleep 100|did not end within 1 s",
                "sleep 100 \\& exit 4|failed with exit code 4",
                "echo '{\"kind\": \"ExecCredential\", \"apiVersion\": \"client.authentication.k8s.io/v1beta1\"}'|printed an ExecCredential of \"client.authentication.k8s.io/v1beta1\", and the kubeconfig wants \"client.authentication.k8s.io/v1\"",
                "echo '{\"kind\": \"ExecCredential\", \"apiVersion\": \"client.authentication.k8s.io/v1\"}'|gave no credentials",
            })
    void saysWhyAProgramGivesNone(String script, String why) throws Exception {
        Path program = program(script.replace("\\&", "&"));
        assertThatThrownBy(() -> program(Duration.ofSeconds(1)).run())
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "the program \"%s\", which gives the credentials, %s (expected: an ExecCredential; run it as the kubeconfig does to see why)"
                                .formatted(program, why));
    }
}
