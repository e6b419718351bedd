package dev.marchwarden.reachability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the policy admits leaves the model's answer none, and each rule that is about reach is missed where it is left out.
 * {@code -Dmarchwarden.random.reach=1000000} takes longer, and {@code -Dmarchwarden.random.seed=N} begins elsewhere.
 */
class PolicyHeldToModelTest {
    private static final int COUNT = Integer.getInteger("marchwarden.random.reach", 1_000);
    private static final long SEED = Long.getLong("marchwarden.random.seed", 20261127L);
    private static final Path ROOT = Path.of("test-fixtures/reachability");

    private static Tenancy tenancy() throws Exception {
        return TenancyFile.read(ROOT.resolve("tenancy.yaml"));
    }

    private static List<Manifest> base() throws Exception {
        return new ManifestReader(InputStream.nullInputStream()).read(List.of(ROOT.resolve("base.yaml")));
    }

    @Test
    void whatIsAdmittedOpensNothing() throws Exception {
        RandomWrites writes = new RandomWrites(new Policy(tenancy()), base());
        Optional<String> opened = writes.run(SEED, COUNT);
        System.out.println("seed " + SEED + ": " + writes);
        assertThat(opened).isEmpty();
    }

    /** Why a rule is missed by nobody who asks who reaches whom. */
    private static final Map<RuleName, String> NOT_ABOUT_REACH = Map.of(
            RuleName.MEMBERSHIP_NOT_PERMITTED, "who may join, not what joining does",
            RuleName.CONFIG_OUTSIDE_MESH, "what no control plane reads opens nothing",
            RuleName.CONFIG_REVISION_MISMATCH, "what its control plane does not read opens nothing",
            RuleName.CONTROL_PLANE_REACH, "who writes; what a control plane writes is for the other rules too");

    /** Walks in which each of the others is missed soon. */
    private static final Map<RuleName, Long> WALKS = Map.ofEntries(
            Map.entry(RuleName.UNPAIRED_LABELS, 20261139L),
            Map.entry(RuleName.UNKNOWN_USERGROUP, 20261144L),
            Map.entry(RuleName.UNKNOWN_REVISION, 20261131L),
            Map.entry(RuleName.REVISION_MISMATCH, 20261135L),
            Map.entry(RuleName.AMBIENT_MODE, 20261212L),
            Map.entry(RuleName.PROTECTED_NAMESPACE, 20261155L),
            Map.entry(RuleName.SYSTEM_NAMESPACE, 20261139L),
            Map.entry(RuleName.FOREIGN_HOST, 20261157L));

    static Stream<RuleName> rulesAboutReach() {
        return Stream.of(RuleName.values()).filter(rule -> !NOT_ABOUT_REACH.containsKey(rule));
    }

    @ParameterizedTest
    @MethodSource("rulesAboutReach")
    void aRuleAboutReachIsMissedWhereItIsLeftOut(RuleName rule) throws Exception {
        Policy without = OtherRules.without(rule, tenancy());
        Optional<String> opened = new RandomWrites(without, base()).run(WALKS.getOrDefault(rule, 20261127L), 4_000);
        assertThat(opened).isPresent();
        System.out.println("without " + rule + ": " + opened.get());
    }

    /** Else the reason is wrong. */
    @Test
    void theOthersAreMissedByNobody() throws Exception {
        for (RuleName rule : NOT_ABOUT_REACH.keySet()) {
            assertThat(new RandomWrites(OtherRules.without(rule, tenancy()), base()).run(SEED, COUNT / 5))
                    .as(rule.spelling())
                    .isEmpty();
        }
    }
}
