package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.server.RecordedReview;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is said in one line that names it, without a stack trace, and ends with exit code 2. */
@Timeout(60)
class WrongInputTest {
    private static final Path TENANCY = RecordedReview.TENANCY;
    private static final Path NAMESPACES = RecordedReview.NAMESPACES;

    @TempDir
    private Path directory;

    private static void assertWrong(Invocation invocation, String... said) {
        assertThat(invocation.exitCode()).as(invocation.toString()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.errors()).isNotEmpty();
        assertThat(invocation.errors().getFirst()).startsWith("marchwarden: ").contains(said);
        // A wrong command line gets a second line, which says where to read on.
        assertThat(invocation.errors().stream().skip(1))
                .allSatisfy(line -> assertThat(line).matches("Try `marchwarden.* --help`\\."));
        assertThat(invocation.err()).doesNotContain("Exception:", "\tat ");
    }

    @Test
    void commandLines() {
        assertWrong(Invocation.of("serv"), "serv");
        assertWrong(Invocation.of("serve"), "--config");
        assertWrong(Invocation.of("review", "--config", TENANCY, "--namespaces", NAMESPACES), "FILE|DIR");
        assertWrong(Invocation.of("check", "--cofnig", TENANCY), "unknown option --cofnig; did you mean --config?");
        assertWrong(Invocation.of("check", "-x"), "unknown option -x of `marchwarden check`");
        assertWrong(Invocation.of("--verison"), "unknown option --verison; did you mean --version?");
        assertWrong(Invocation.of("servve"), "\"servve\" is not a command of `marchwarden`; did you mean serve?");
        assertWrong(Invocation.of("check", "--config", TENANCY, "-f", NAMESPACES, "-o", "yaml"), "yaml", "table, json");
        assertWrong(Invocation.of("check", "--config", TENANCY, "-f", NAMESPACES, "--as-group", "a"), "--as");
        assertWrong(
                Invocation.of("review", "--config", TENANCY, "--namespaces", NAMESPACES, "--as-group", "a", "b"),
                "--as");
        assertWrong(Invocation.of("certs", "issue"), "--dir", "--host");
        assertWrong(Invocation.of("explain", "a", "b"), "b");
    }

    @Test
    void whatNamespacesThereAre() throws Exception {
        Path tls = directory.resolve("tls");
        assertThat(Invocation.of("certs", "issue", "--dir", tls, "--host", "localhost")
                        .exitCode())
                .isZero();
        assertWrong(
                Invocation.of("serve", "--config", TENANCY, "--tls-dir", tls), "no cluster is given", "--kubeconfig");
        assertWrong(
                Invocation.of(
                        "serve",
                        "--config",
                        TENANCY,
                        "--namespaces",
                        NAMESPACES,
                        "--kubeconfig",
                        NAMESPACES,
                        "--tls-dir",
                        tls),
                "--namespaces and --kubeconfig are both");
        Path missing = directory.resolve("missing");
        assertWrong(
                Invocation.of("serve", "--config", TENANCY, "--kubeconfig", missing, "--tls-dir", tls),
                missing + " cannot be read");
        Path garbage = Files.writeString(directory.resolve("garbage"), "[1, {");
        assertWrong(
                Invocation.of("serve", "--config", TENANCY, "--kubeconfig", garbage, "--tls-dir", tls),
                garbage + " is not a kubeconfig");
        Path lost =
                Files.writeString(directory.resolve("lost"), "apiVersion: v1\nkind: Config\ncurrent-context: gone\n");
        assertWrong(
                Invocation.of("serve", "--config", TENANCY, "--kubeconfig", lost, "--tls-dir", tls),
                lost + " has no clusters and no contexts");
    }

    @Test
    void whatToServeWith() {
        assertServeWrong("no certificate is given (expected: --tls-dir DIR, or --tls-secret NAMESPACE/NAME)");
        assertServeWrong("--tls-dir and --tls-secret are both", "--tls-dir", directory, "--tls-secret", "a/b");
        assertServeWrong("--issue without --tls-secret", "--tls-dir", directory, "--issue");
        assertServeWrong("--webhooks without --tls-secret", "--tls-dir", directory, "--webhooks", "a");
        assertServeWrong("--lease without --tls-secret", "--tls-dir", directory, "--lease", "a/b");
        assertServeWrong("--tls-secret without --service", "--tls-secret", "a/b");
        Object[] secret = {"--tls-secret", "a/b", "--service", "a/c"};
        assertServeWrong("--issue without --webhooks", with(secret, "--issue", "--lease", "a/d"));
        assertServeWrong("--issue without --lease", with(secret, "--issue", "--webhooks", "e"));
        assertServeWrong("--webhooks without --lease", with(secret, "--webhooks", "e"));
        assertServeWrong("--lease without --issue or --webhooks", with(secret, "--lease", "a/d"));
        assertServeWrong(
                "--webhooks \"../x\" is no name of an object", with(secret, "--webhooks", "../x", "--lease", "a/d"));
        assertServeWrong("--tls-secret and --namespaces", with(secret, "--namespaces", NAMESPACES));
        for (String name : List.of("a", "/a", "a/", "a/b/c", "A/b", "a/../b", "a/b?x")) {
            assertServeWrong(
                    "\"" + name + "\" is no object in a namespace (expected: NAMESPACE/NAME)", "--tls-secret", name);
        }
    }

    private static Object[] with(Object[] some, Object... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray();
    }

    private static void assertServeWrong(String said, Object... options) {
        assertWrong(Invocation.of(with(new Object[] {"serve", "--config", TENANCY}, options)), said);
    }

    @Test
    void missingFiles() {
        Path missing = directory.resolve("missing");
        assertWrong(
                Invocation.of("serve", "--config", missing, "--namespaces", NAMESPACES, "--tls-dir", directory),
                missing.toString());
        assertWrong(
                Invocation.of("serve", "--config", TENANCY, "--namespaces", missing, "--tls-dir", directory),
                missing.toString());
        assertWrong(
                Invocation.of("serve", "--config", TENANCY, "--namespaces", NAMESPACES, "--tls-dir", missing),
                missing.resolve("tls.crt").toString(),
                "certs issue");
        assertWrong(
                Invocation.of("review", "--config", TENANCY, "--namespaces", NAMESPACES, missing), missing.toString());
        assertWrong(Invocation.of("check", "--config", directory, "-f", NAMESPACES), directory.toString());
    }

    @Test
    void filesOfAnotherKind() throws Exception {
        Path nonsense = Files.writeString(directory.resolve("nonsense.yaml"), "a: [1,\nb: }");
        Path noObject = Files.writeString(directory.resolve("no-object.yaml"), "a: b");
        Invocation noTenancy = Invocation.of("check", "--config", noObject, "-f", NAMESPACES);
        assertThat(noTenancy.exitCode()).isEqualTo(2);
        assertThat(noTenancy.errors()).hasSizeGreaterThan(1);
        assertWrong(
                Invocation.of("review", "--config", TENANCY, "--namespaces", NAMESPACES, nonsense),
                nonsense.toString(),
                "(expected: an AdmissionReview)");
        assertWrong(
                Invocation.of("review", "--config", TENANCY, "--namespaces", noObject, nonsense), noObject.toString());
    }

    @Test
    void tenanciesOfFiveMistakes() throws Exception {
        Path file = Files.writeString(directory.resolve("tenancy.yaml"), """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec:
                  usergroupLable: usergroup
                  usergroups:
                  - name: Usergroup_1
                  - name: usergroup-2
                    isolation: total
                  - name: usergroup-2
                  enforcement: {default: maybe}
                """);
        Invocation invocation = Invocation.of("check", "--config", file, "-f", NAMESPACES);
        assertThat(invocation.exitCode()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.errors()).hasSizeGreaterThanOrEqualTo(6);
        assertThat(invocation.errors().getFirst()).startsWith("marchwarden: " + file);
        assertThat(invocation.errors().stream().skip(1))
                .allSatisfy(
                        line -> assertThat(line).matches(".*tenancy\\.yaml:\\d+: spec\\.\\S+: .*\\(expected: .*\\)"));
        assertThat(invocation.err())
                .contains(
                        ":4: spec.usergroupLable",
                        ":6: spec.usergroups[0].name",
                        ":8: spec.usergroups[1].isolation",
                        ":9: spec.usergroups[2].name",
                        ":10: spec.enforcement.default");
    }

    @Test
    void rules() {
        assertWrong(Invocation.of("explain", "revision-mismatc"), "did you mean revision-mismatch?");
        assertWrong(Invocation.of("explain", "nonsense"), "\"nonsense\" is no rule", "marchwarden explain");
    }

    @Test
    void certificates() throws Exception {
        Path tls = directory.resolve("tls");
        assertWrong(Invocation.of("certs", "issue", "--dir", tls, "--host", "not a host"), "not a host", "(expected: ");
        assertThat(tls).doesNotExist();
        assertThat(Invocation.of("certs", "issue", "--dir", tls, "--host", "localhost")
                        .exitCode())
                .isZero();
        assertWrong(
                Invocation.of("certs", "issue", "--dir", tls, "--host", "localhost"),
                tls.resolve("ca.crt").toString(),
                "--force");
        assertThat(Invocation.of("certs", "issue", "--dir", tls, "--host", "localhost", "--force")
                        .exitCode())
                .isZero();
        Path file = Files.createFile(directory.resolve("file"));
        assertWrong(
                Invocation.of("certs", "issue", "--dir", file.resolve("tls"), "--host", "localhost"),
                file.toString(),
                "Not a directory");
        assertWrong(
                Invocation.of("certs", "issue", "--dir", file, "--host", "localhost"),
                file.toString(),
                "cannot be written");
        Files.writeString(tls.resolve("tls.key"), "nonsense");
        assertWrong(
                Invocation.of("serve", "--config", TENANCY, "--namespaces", NAMESPACES, "--tls-dir", tls),
                tls.resolve("tls.key").toString());
    }

    @Test
    void addressesAndTimes() throws Exception {
        Path tls = directory.resolve("tls");
        new TlsDirectory(tls, InstantSource.system()).issue(List.of("localhost"), false);
        for (String address : List.of("x", "1.2.3.4", "1.2.3.4:x", "1.2.3.4:70000", ":1", "::1:1")) {
            assertWrong(serve(tls, "--listen", address), "--listen", address);
        }
        assertWrong(serve(tls, "--drain-seconds", "-1"), "--drain-seconds", "-1");
        assertWrong(serve(tls, "--finish-seconds", "-1"), "--finish-seconds", "-1");
        assertWrong(serve(tls, "--reload-seconds", "soon"), "--reload-seconds", "soon");
        assertWrong(serve(tls, "--tls-engine", "wolf"), "--tls-engine", "wolf", "boringssl or jdk");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertWrong(serve(tls, "--listen", address, "--ops-listen", "127.0.0.1:0"), address, "in use");
            assertWrong(serve(tls, "--listen", "127.0.0.1:0", "--ops-listen", address), address, "in use");
        }
    }

    private static Invocation serve(Path tls, String... more) {
        Object[] all = new Object[7 + more.length];
        Object[] given = {"serve", "--config", TENANCY, "--namespaces", NAMESPACES, "--tls-dir", tls};
        System.arraycopy(given, 0, all, 0, given.length);
        System.arraycopy(more, 0, all, given.length, more.length);
        return Invocation.of(all);
    }

    @Test
    void aStackTraceIsShownOnRequestOnly() throws IOException {
        Path missing = directory.resolve("missing");
        Invocation verbose = Invocation.of("check", "-v", "--config", missing, "-f", NAMESPACES);
        assertThat(verbose.exitCode()).isEqualTo(2);
        assertThat(verbose.err()).contains("NoSuchFileException", "\tat dev.marchwarden.");
    }

    /** A process of its own, whose heap is too small for what it reads. */
    @Test
    void whatDoesNotFitIntoTheHeapIsOneLine() throws Exception {
        Path dump = directory.resolve("dump.yaml");
        try (RandomAccessFile file = new RandomAccessFile(dump.toFile(), "rw")) {
            file.setLength(128 << 20);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Marchwarden.class.getName(),
                        "audit",
                        "--config",
                        TENANCY.toString(),
                        dump.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(ExitCode.ERROR);
        assertThat(output.lines()).hasSize(1);
        assertThat(output)
                .startsWith("marchwarden: what was read does not fit into a heap of ")
                .contains("MARCHWARDEN_HEAP");
    }
}
