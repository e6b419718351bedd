package dev.marchwarden.tenancy;

import static dev.marchwarden.tenancy.Enforcement.AUDIT;
import static dev.marchwarden.tenancy.Enforcement.DENY;
import static dev.marchwarden.tenancy.Enforcement.OFF;
import static dev.marchwarden.tenancy.Enforcement.WARN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.tools.GoldenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TenancyFileTest {
    static List<Path> good() throws IOException {
        return TenancyCorpus.good();
    }

    static List<Path> bad() throws IOException {
        return TenancyCorpus.bad();
    }

    @ParameterizedTest
    @MethodSource("good")
    void readsGoodFiles(Path file) throws Exception {
        assertThat(TenancyCorpus.parse(file).usergroups().isEmpty()).isEqualTo(file.endsWith("empty-usergroups.yaml"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void saysWhatIsWrongWithBadFiles(Path file) throws Exception {
        InvalidTenancyException e =
                catchThrowableOfType(InvalidTenancyException.class, () -> TenancyCorpus.parse(file));
        assertThat(e).as("no mistake found in %s", file).isNotNull();
        Path expected = file.resolveSibling(TenancyCorpus.nameOf(file) + ".txt");
        GoldenFile.holds(expected, e.getMessage() + "\n");
        assertThat(e.problems()).isSortedAccordingTo(Comparator.comparingInt(TenancyProblem::line));
    }

    @Test
    void everyBadFileHasItsExpectationAndTheOtherWayRound() throws Exception {
        try (var files = Files.list(Path.of("test-fixtures/tenancy/bad"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".txt")))
                    .containsExactlyInAnyOrderElementsOf(TenancyCorpus.bad().stream()
                            .map(file -> TenancyCorpus.nameOf(file) + ".txt")
                            .toList());
        }
    }

    @Test
    void findsAllMistakesAtOnce() {
        assertThatThrownBy(() -> TenancyCorpus.parse(Path.of("test-fixtures/tenancy/bad/five-mistakes.yaml")))
                .isInstanceOfSatisfying(
                        InvalidTenancyException.class,
                        e -> assertThat(e.problems())
                                .extracting(TenancyProblem::line)
                                .containsExactly(4, 7, 9, 10, 12));
    }

    @Test
    void readsTheSampleOfTheDesign() throws Exception {
        Tenancy tenancy = TenancyCorpus.parse(TenancyCorpus.good("design-sample"));

        assertThat(tenancy.name()).isEqualTo("default");
        assertThat(tenancy.usergroupLabel()).isEqualTo("usergroup");
        assertThat(tenancy.clusterDomain()).isEqualTo("cluster.local");
        assertThat(tenancy.usergroups())
                .containsExactly(new Usergroup(
                        "usergroup-1",
                        "usergroup-1",
                        List.of("usergroup-1"),
                        Map.of("usergroup-1-stable", "usergroup-1"),
                        new Subjects(Set.of(), Set.of("team-1")),
                        new Subjects(Set.of(), Set.of("mesh-1")),
                        Isolation.USERGROUP,
                        "istio-usergroup-1",
                        ExternalHosts.of(Set.of("*.team-1.example.com"))));
        assertThat(tenancy.protectedNamespaces())
                .containsExactlyInAnyOrder("kube-system", "kube-public", "kube-node-lease");
        assertThat(tenancy.enforcement())
                .isEqualTo(new EnforcementTable(
                        new EnforcementSettings(DENY, Map.of(RuleName.RAW_PROXY_CONFIG, WARN)),
                        Map.of("usergroup-2", new EnforcementSettings(WARN, Map.of()))));
        assertThat(tenancy.exempts("system:serviceaccount:kube-system:namespace-controller", List.of()))
                .isTrue();
        assertThat(tenancy.exempts("anybody", List.of("system:masters"))).isFalse();
    }

    @Test
    void readsEveryKey() throws Exception {
        Tenancy tenancy = TenancyCorpus.parse(TenancyCorpus.good("everything"));

        assertThat(tenancy.name()).isEqualTo("production");
        assertThat(tenancy.usergroupLabel()).isEqualTo("example.com/usergroup");
        assertThat(tenancy.clusterDomain()).isEqualTo("k8s.example.com");
        assertThat(tenancy.usergroups())
                .containsExactly(
                        new Usergroup(
                                "usergroup-1",
                                "istio-system-1",
                                List.of("rev-1-27", "rev-1-28"),
                                Map.of("stable-1", "rev-1-27", "canary-1", "rev-1-28"),
                                new Subjects(Set.of("alice", "system:serviceaccount:ci:deployer"), Set.of("team-1")),
                                new Subjects(Set.of("bob"), Set.of("mesh-1")),
                                Isolation.NAMESPACE,
                                "team-1-gateways",
                                ExternalHosts.of(Set.of("*.team-1.example.com", "api.example.org"))),
                        new Usergroup(
                                "usergroup-2",
                                "usergroup-2",
                                List.of("usergroup-2"),
                                Map.of(),
                                Subjects.NOBODY,
                                Subjects.NOBODY,
                                Isolation.USERGROUP,
                                "istio-usergroup-2",
                                ExternalHosts.of(Map.of(
                                        "app-a", Set.of("a.example.com"),
                                        "app-b", Set.of("*.b.example.com", "b.example.com")))));
        assertThat(tenancy.gatewayClassOwner("team-1-gateways")).isEqualTo(tenancy.usergroup("usergroup-1"));
        assertThat(tenancy.gatewayClassOwner("istio-usergroup-1")).isNull();
        assertThat(tenancy.usergroups().getFirst().defaultRevision()).isEqualTo("rev-1-27");
        assertThat(tenancy.servedBy("canary-1")).isEqualTo(tenancy.usergroup("usergroup-1"));
        assertThat(tenancy.systemNamespaceOwner("istio-system-1")).isEqualTo(tenancy.usergroup("usergroup-1"));
        assertThat(tenancy.systemNamespaceOwner("usergroup-1")).isNull();
        assertThat(tenancy.isProtected("cert-manager")).isTrue();
        assertThat(tenancy.isProtected("kube-public")).isFalse();
        assertThat(tenancy.clusterRanges())
                .extracting(AddressRange::toString)
                .containsExactly("10.244.0.0/16", "10.96.0.0/12", "fd00:10:244::/56", "fd00:10:96::/112");
        assertThat(tenancy.enforcement())
                .isEqualTo(new EnforcementTable(
                        new EnforcementSettings(
                                WARN, Map.of(RuleName.RAW_PROXY_CONFIG, OFF, RuleName.CONFIG_OUTSIDE_MESH, DENY)),
                        Map.of(
                                "usergroup-1",
                                new EnforcementSettings(AUDIT, Map.of(RuleName.OPEN_GATEWAY, DENY)),
                                "usergroup-2",
                                new EnforcementSettings(null, Map.of(RuleName.UNKNOWN_KIND, WARN)))));
        assertThat(tenancy.exempts("root", List.of())).isTrue();
        assertThat(tenancy.exempts("anybody", List.of("breakglass"))).isTrue();
        assertThat(tenancy.exempts("system:serviceaccount:kube-system:namespace-controller", List.of()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "json", "empty-maps", "unused-anchor", "byte-order-mark-and-crlf"})
    void fillsInTheDefaults(String name) throws Exception {
        Tenancy tenancy = TenancyCorpus.parse(TenancyCorpus.good(name));

        assertThat(tenancy.name()).isEqualTo("default");
        assertThat(tenancy.usergroupLabel()).isEqualTo("usergroup");
        assertThat(tenancy.clusterDomain()).isEqualTo("cluster.local");
        assertThat(tenancy.usergroups()).containsExactly(Usergroup.named("usergroup-1"));
        assertThat(tenancy.protectedNamespaces())
                .containsExactlyInAnyOrder("kube-system", "kube-public", "kube-node-lease");
        assertThat(tenancy.clusterRanges()).isEmpty();
        assertThat(tenancy.enforcement()).isEqualTo(EnforcementTable.DENY_ALL);
        assertThat(tenancy.exempts("system:serviceaccount:kube-system:namespace-controller", List.of()))
                .isTrue();
    }

    @Test
    void readsRangesOfAddresses() throws Exception {
        assertThat(TenancyCorpus.parse(TenancyCorpus.good("cluster-ranges")).clusterRanges())
                .extracting(AddressRange::toString)
                .containsExactly(
                        "10.0.0.0/8",
                        "10.244.0.0/16",
                        "192.0.2.7",
                        "::1",
                        "fd00:10:96::/112",
                        "fd00:10:244::/56",
                        "64:ff9b::c000:200/120",
                        "198.51.100.0/24");
    }

    @Test
    void anEmptyListOfExemptionsExemptsNobody() throws Exception {
        Tenancy tenancy = TenancyCorpus.parse(TenancyCorpus.good("empty-subjects"));
        assertThat(tenancy.exempts("system:serviceaccount:kube-system:namespace-controller", List.of()))
                .isFalse();
    }

    @Test
    void readsSharedServices() throws Exception {
        SharedServices shared =
                TenancyCorpus.parse(TenancyCorpus.good("everything")).sharedServices();
        assertThat(shared.list())
                .containsExactly(
                        new SharedService(
                                Set.of("kubernetes.default.svc.k8s.example.com"),
                                List.of(range("10.96.0.1")),
                                List.of(new ServicePort(443, "HTTPS"))),
                        new SharedService(
                                Set.of(
                                        "otel-collector.observability.svc.k8s.example.com",
                                        "keycloak.identity.svc.k8s.example.com"),
                                List.of(range("192.0.2.0/28"), range("2001:db8::7")),
                                List.of(new ServicePort(4317, "GRPC"), new ServicePort(8443, "TLS"))));
    }

    private static AddressRange range(String text) {
        return Objects.requireNonNull(AddressRange.parse(text));
    }

    /** A date is the last day on which an exception holds, everywhere west of Greenwich too. */
    @Test
    void readsExceptions() throws Exception {
        assertThat(TenancyCorpus.parse(TenancyCorpus.good("everything")).exceptions())
                .containsExactly(
                        new ExceptionEntry(
                                "usergroup-1",
                                RuleName.MTLS_DOWNGRADE,
                                "PeerAuthentication",
                                "payments",
                                "webhook",
                                "spec.portLevelMtls[8443].mode",
                                Instant.parse("2027-01-01T00:00:00Z"),
                                "the API server has no certificate of the mesh",
                                "PLAT-42"),
                        new ExceptionEntry(
                                "usergroup-2",
                                RuleName.OPEN_GATEWAY,
                                "Gateway.gateway.networking.k8s.io",
                                "edge",
                                "shared",
                                null,
                                Instant.parse("2026-06-30T16:00:00Z"),
                                "moves next quarter",
                                null),
                        new ExceptionEntry(
                                "usergroup-2",
                                RuleName.AMBIENT_MODE,
                                "Namespace",
                                "",
                                "edge",
                                null,
                                Instant.parse("2026-07-01T00:00:00Z"),
                                "trial",
                                null));
    }

    /** YAML 1.1 has no, on and off for booleans, and off is one of our levels. */
    @Test
    void takesWordsForWords() throws Exception {
        Tenancy tenancy = TenancyCorpus.parse(TenancyCorpus.good("words-that-yaml-takes-for-booleans"));
        assertThat(tenancy.usergroups().getFirst().name()).isEqualTo("no");
        assertThat(tenancy.usergroups().getFirst().revisions()).containsExactly("on");
        assertThat(tenancy.usergroups().getFirst().tags()).isEqualTo(Map.of("yes", "on"));
        assertThat(tenancy.enforcement().cluster())
                .isEqualTo(new EnforcementSettings(OFF, Map.of(RuleName.UNKNOWN_KIND, OFF)));
    }

    @Test
    void refusesMoreThanAConfigMapHolds() {
        byte[] blanks = new byte[(1 << 20) + 1];
        Arrays.fill(blanks, (byte) ' ');
        assertThatThrownBy(() -> TenancyFile.parse("big.yaml", blanks))
                .isInstanceOf(InvalidTenancyException.class)
                .hasMessage("big.yaml:1: 1048577 bytes (expected: at most 1048576)");
    }

    @Test
    void readsAsMuchAsAConfigMapHolds() throws Exception {
        byte[] minimal = Files.readAllBytes(TenancyCorpus.good("minimal"));
        byte[] padded = Arrays.copyOf(minimal, 1 << 20);
        Arrays.fill(padded, minimal.length, padded.length, (byte) '\n');
        assertThat(TenancyFile.parse("padded.yaml", padded).usergroups()).hasSize(1);
    }

    /** Java's regular expressions recurse, and a long enough label key exhausted the stack. */
    @Test
    void refusesALabelKeyOfAnyLength() {
        String file = """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec:
                  usergroupLabel: %sa/usergroup
                  usergroups: [{name: usergroup-1}]
                """.formatted("a.".repeat(100_000));
        assertThatThrownBy(() -> TenancyFile.parse("t.yaml", file.getBytes(StandardCharsets.UTF_8)))
                .hasMessageStartingWith("t.yaml:4: spec.usergroupLabel: \"a.a.");
    }

    @Test
    void namesTheFileAsTheOperatorDid(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("t.yaml"), "[]".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> TenancyFile.read(file)).hasMessage(file + ":1: [] (expected: a map)");
        assertThatThrownBy(() -> TenancyFile.read(directory.resolve("none.yaml")))
                .isInstanceOf(IOException.class);
    }
}
