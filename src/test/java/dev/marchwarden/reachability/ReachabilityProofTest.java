package dev.marchwarden.reachability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.reachability.model.OpenPath;
import dev.marchwarden.reachability.model.Scope;
import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.GoldenFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The model on the meshes of {@code test-fixtures/reachability}, with each of the planted crossings. */
class ReachabilityProofTest {
    private static final Path ROOT = Path.of("test-fixtures/reachability");

    private static Tenancy tenancy() throws Exception {
        return TenancyFile.read(ROOT.resolve("tenancy.yaml"));
    }

    private static List<Manifest> read(Path... paths) throws Exception {
        return new ManifestReader(InputStream.nullInputStream()).read(List.of(paths));
    }

    /** An object of a case takes the place of that of the same name. */
    private static ReachabilityProof proof(Path... more) throws Exception {
        Map<String, Manifest> objects = new LinkedHashMap<>();
        for (Manifest manifest : read(ROOT.resolve("base.yaml"))) {
            objects.put(key(manifest), manifest);
        }
        for (Manifest manifest : read(more)) {
            objects.put(key(manifest), manifest);
        }
        return ReachabilityProof.of(tenancy(), new ClusterObjects(objects.values(), "default", true), false);
    }

    private static String key(Manifest manifest) {
        return manifest.kind() + " " + manifest.namespace() + "/" + manifest.name();
    }

    private static String describe(ReachabilityProof proof) {
        return proof.isNone()
                ? "  none\n"
                : proof.openings().stream()
                        .map(opening -> "  " + opening.from() + " > " + opening.to() + " by "
                                + opening.chain().stream()
                                        .map(ChainLink::toString)
                                        .collect(Collectors.joining(", then "))
                                + " [" + opening.rule() + "]\n")
                        .collect(Collectors.joining());
    }

    @Test
    void nothingCrossesBetweenTheMeshesOfTheGuide() throws Exception {
        ReachabilityProof proof = proof();
        assertThat(proof.openings()).isEmpty();
        assertThat(proof.facts())
                .filteredOn(Fact::checked)
                .extracting(Fact::name)
                .contains("discovery", "strict", "root", "workloads");
        assertThat(proof.facts())
                .filteredOn(fact -> !fact.checked())
                .extracting(Fact::name)
                .containsExactly("objects", "revisions", "narrowing", "signing", "system", "keys", "network");
    }

    @Test
    void eachPlantedCrossingHasItsChain() throws Exception {
        StringBuilder all = new StringBuilder(
                "# What each case opens: who reaches whom, by which objects, and the rule that denies the first.\n");
        try (Stream<Path> cases = Files.list(ROOT.resolve("cases"))) {
            for (Path one : cases.sorted().toList()) {
                all.append('\n').append(one.getFileName()).append('\n').append(describe(proof(one)));
            }
        }
        Path expected = ROOT.resolve("expected.txt");
        GoldenFile.holds(expected, all.toString());
    }

    @Test
    void nothingKnownOfASystemNamespaceIsAnAssumption() throws Exception {
        List<Manifest> namespaces = read(ROOT.resolve("base.yaml")).stream()
                .filter(Manifest::isNamespace)
                .toList();
        ReachabilityProof told =
                ReachabilityProof.of(tenancy(), new ClusterObjects(namespaces, "default", false), false);
        assertThat(told.isNone()).isTrue();
        assertThat(told.facts()).noneMatch(Fact::checked);
        ReachabilityProof whole =
                ReachabilityProof.of(tenancy(), new ClusterObjects(namespaces, "default", true), false);
        assertThat(whole.openings()).hasSize(3).allMatch(opening -> opening.to().kind() == Scope.Kind.USERGROUP);
    }

    @Test
    void networkPoliciesThatAreEnforcedClosePlainText() throws Exception {
        List<Manifest> objects = new ArrayList<>(
                read(ROOT.resolve("base.yaml"), ROOT.resolve("cases/peerauthentication-permissive.yaml")));
        objects.addAll(read(ROOT.resolve("networkpolicy.yaml")));
        ClusterObjects all = new ClusterObjects(objects, "default", true);
        assertThat(ReachabilityProof.of(tenancy(), all, false).openings()).hasSize(1);
        assertThat(ReachabilityProof.of(tenancy(), all, true).openings()).isEmpty();
    }

    @Test
    void whatIsNewIsToldFromWhatWasThere() throws Exception {
        ReachabilityProof old = proof(ROOT.resolve("cases/pod-opts-out.yaml"));
        ReachabilityProof both =
                proof(ROOT.resolve("cases/pod-opts-out.yaml"), ROOT.resolve("cases/service-exported.yaml"));
        assertThat(both.against(old).openings())
                .singleElement()
                .extracting(OpenPath::to)
                .hasToString("namespace vault-1");
        assertThat(old.against(both).isNone()).isTrue();
    }

    @Test
    void answersForTwoNamespaces() throws Exception {
        ReachabilityProof proof = proof(ROOT.resolve("cases/namespace-revision-of-another.yaml"));
        ClusterObjects objects = new ClusterObjects(read(ROOT.resolve("base.yaml")), "default", true);
        assertThat(proof.between("app-ns-1", "app-ns-3", tenancy(), objects).openings())
                .hasSize(1);
        assertThat(proof.between("app-ns-1", "vault-1", tenancy(), objects).isNone())
                .isTrue();
        assertThat(proof.between("app-ns-4", null, tenancy(), objects).isNone()).isTrue();
    }

    /** A second opinion is read as a whole; what it is held against is the policy with the tables that it decides by. */
    @Test
    void theModelIsAtMostASixthOfWhatItIsHeldAgainst() throws Exception {
        assertThat(6 * lines("reachability/model")).isLessThanOrEqualTo(lines("policy") + lines("reach"));
    }

    private static long lines(String directory) throws Exception {
        long lines = 0;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/marchwarden", directory))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines += Files.readAllLines(file).size();
            }
        }
        return lines;
    }

    @Test
    void whatVerifyFoundIsNoAssumption() {
        Fact fact = new Fact("revisions", "they are", false, "verify: injector, default-webhook");
        Finding one = Finding.ok("injector", "a", "as it should be");
        Finding other = Finding.ok("default-webhook", "a", "as it should be");
        assertThat(fact.verified(List.of(one)).state()).isEqualTo(Fact.State.ASSUMED);
        assertThat(fact.verified(List.of(one, other)).checked()).isTrue();
        assertThat(fact.verified(List.of(one, Finding.warning("default-webhook", "a", "odd", "look")))
                        .state())
                .isEqualTo(Fact.State.ASSUMED);
        Fact wrong = fact.verified(List.of(Finding.error("injector", "a", "nobody takes its pods", "do"), other));
        assertThat(wrong.state()).isEqualTo(Fact.State.WRONG);
        assertThat(wrong.basis()).isEqualTo("verify: injector: a: nobody takes its pods");
        Fact kept = new Fact("keys", "none", false, "not visible from outside the pod");
        assertThat(kept.verified(List.of(one, other))).isEqualTo(kept);
    }
}
