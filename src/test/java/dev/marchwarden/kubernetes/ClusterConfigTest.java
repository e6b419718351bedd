package dev.marchwarden.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which cluster is taken, and what is said of a kubeconfig that does not work. */
class ClusterConfigTest {
    private static final String CONTEXTS = """
            apiVersion: v1
            kind: Config
            current-context: one
            contexts:
            - {name: one, context: {cluster: c1, user: u}}
            - {name: two, context: {cluster: c2, user: u}}
            clusters:
            - {name: c1, cluster: {server: "https://one.example:6443"}}
            - {name: c2, cluster: {server: "https://two.example:6443/"}}
            users: [{name: u, user: {token: t}}]
            """;

    @TempDir
    private Path directory;

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private ClusterConfig find(@Nullable Path given, @Nullable String context, Map<String, String> environment)
            throws IOException {
        return ClusterConfig.find(given, context, environment, directory.resolve("home"));
    }

    @Test
    void takesTheFileGivenThenTheVariableThenTheHomeDirectory() throws Exception {
        assertThatThrownBy(() -> find(null, null, Map.of()))
                .hasMessage("no cluster is given (expected: --kubeconfig FILE, $KUBECONFIG, ~/.kube/config, or a pod"
                        + " with a service account token)");
        file("home/.kube/config", CONTEXTS);
        assertThat(find(null, null, Map.of()).server()).isEqualTo("https://one.example:6443");
        assertThat(find(null, "two", Map.of()).server()).isEqualTo("https://two.example:6443");
        Path other = file("other", CONTEXTS.replace("one.example", "three.example"));
        assertThat(find(null, null, Map.of("KUBECONFIG", other.toString())).server())
                .isEqualTo("https://three.example:6443");
        Path given = file("given", CONTEXTS.replace("one.example", "four.example"));
        assertThat(find(given, null, Map.of("KUBECONFIG", other.toString())).server())
                .isEqualTo("https://four.example:6443");
    }

    @Test
    void severalFilesAreMergedAndTheFirstWins() throws Exception {
        Path first = file(
                "first",
                "{apiVersion: v1, kind: Config, current-context: two, clusters: [], contexts: "
                        + "[{name: one, context: {cluster: c1, user: u}}]}");
        Path second = file("second", CONTEXTS);
        String both =
                first + java.io.File.pathSeparator + directory.resolve("none") + java.io.File.pathSeparator + second;
        assertThat(find(null, null, Map.of("KUBECONFIG", both)).server()).isEqualTo("https://two.example:6443");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|'is empty (expected: a kubeconfig)'",
                "'{}'|'has no clusters and no contexts (expected: a kubeconfig)'",
                "'a: [b'|'is not a kubeconfig (expected: YAML of kind Config)'",
                "'{clusters: [], contexts: [{name: a, context: {}}]}'|'has no current context (expected: current-context: NAME, or --context with one of a)'",
                "'{current-context: b, contexts: [{name: a, context: {}}]}'|'has no context \"b\", which is its current context (expected: one of a)'",
                "'{current-context: a, contexts: [{name: a, context: {cluster: c}}]}'|': context \"a\" names cluster \"c\", which the file does not have (expected: an entry in clusters)'",
                "'{current-context: a, contexts: [{name: a, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: \"https://h\"}}]}'|': context \"a\" names user \"u\", which the file does not have (expected: an entry in users)'",
                "'{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {server: \"https://h\", certificate-authority: /nope/ca.crt}}]}'|', context \"a\": certificate-authority /nope/ca.crt cannot be read (expected: a file that exists)'",
            })
    void saysWhatIsWrongWithAFile(String text, String message) throws Exception {
        Path file = file("kc.yaml", text);
        assertThatThrownBy(() -> find(file, null, Map.of()))
                .isInstanceOf(IOException.class)
                .message()
                .isEqualTo(file + (message.startsWith(":") || message.startsWith(",") ? "" : " ") + message);
    }

    @Test
    void namesTheExecProgramThatIsMissing() throws Exception {
        Path file = file(
                "kc.yaml",
                CONTEXTS.replace(
                        "{token: t}",
                        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws-iam, args: [token], installHint: get it}}"));
        assertThatThrownBy(() -> find(file, null, Map.of("PATH", directory.toString())))
                .hasMessage(
                        file + ", context \"one\": the program \"aws-iam\", which gives the credentials, is not on the"
                                + " PATH (expected: install it; the kubeconfig says: get it)");
    }

    @Test
    void namesTheExecProgramThatFails() throws Exception {
        Path program = file("failing", "#!/bin/sh\nexit 3\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Path file = file(
                "kc.yaml",
                CONTEXTS.replace(
                        "{token: t}",
                        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./failing, args: [token]}}"));
        assertThatThrownBy(() -> find(file, null, Map.of()))
                .hasMessage(
                        file + ", context \"one\": the program \"" + program + "\", which gives the credentials, failed"
                                + " with exit code 3 (expected: an ExecCredential; run it as the kubeconfig does to see why)");
    }

    /** Silently ignored, they would send requests another way, or as somebody else. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proxy-url: \"socks5://me:secret@p:1080\"|token: t|proxy-url \"socks5://...@p:1080\" is not supported (expected: http://HOST:PORT)",
                "proxy-url: \"http://p\"|token: t|proxy-url \"http://p\" is not supported (expected: http://HOST:PORT)",
                "proxy-url: \"\"|\"as-uid\": \"7\"|as-uid is not supported (expected: as, as-groups or as-user-extra)",
                "proxy-url: \"\"|client-certificate-data: bm9uZQ==|client-certificate without client-key (expected: a client certificate and its key)",
                "tls-server-name: \"no name\"|token: t|tls-server-name \"no name\" is no host name (expected: a DNS name that is in the server's certificate)",
            })
    void saysWhatIsNotSupported(String cluster, String user, String message) throws Exception {
        Path file = file(
                "kc.yaml",
                CONTEXTS.replace("https://one.example:6443\"", "https://one.invalid:6443\", " + cluster)
                        .replace("token: t", user));
        assertThatThrownBy(() -> find(file, null, Map.of())).hasMessage(file + ", context \"one\": " + message);
    }

    @Test
    void aKeyThatIsNoKeyIsSaid() throws Exception {
        Path file = file(
                "kc.yaml",
                CONTEXTS.replace("{token: t}", "{client-certificate-data: bm9uZQ==, client-key-data: bm9uZQ==}"));
        assertThatThrownBy(() -> find(file, null, Map.of()))
                .hasMessage(file
                        + ", context \"one\": a certificate or key cannot be read (expected: PEM; *-data in base64)");
    }

    @Test
    void aContextNeedsAKubeconfig() {
        assertThatThrownBy(() -> find(null, "two", Map.of()))
                .hasMessage(
                        "--context \"two\" needs a kubeconfig (expected: --kubeconfig FILE, $KUBECONFIG or ~/.kube/config)");
    }
}
