package dev.marchwarden.reachability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.reachability.RandomWrites.Counterexample;
import dev.marchwarden.reachability.model.OpenPath;
import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.GoldenFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

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
        long start = System.nanoTime();
        Optional<Counterexample> opened = writes.run(SEED, COUNT);
        System.out.printf("seed %d, %.1f s: %s%n", SEED, (System.nanoTime() - start) / 1e9, writes);
        assertThat(opened).isEmpty();
        Set<String> stricter = Files.readAllLines(ROOT.resolve("stricter.table")).stream()
                .map(line -> line.split("\\|", 2)[0].strip())
                .collect(Collectors.toSet());
        writes.denied().forEach((rule, denials) -> {
            if (denials.open() < denials.writes()) {
                assertThat(stricter).contains(rule.spelling());
            }
        });
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

    /** {@code MARCHWARDEN_GOLDEN=write} writes the table again. */
    @Test
    void eachRuleAboutReachIsMissedWhereItIsLeftOut() throws Exception {
        StringBuilder table = new StringBuilder(
                "# Each rule left out, after how many random writes a way was admitted, the last write that it takes, and the way.\n");
        for (RuleName rule : RuleName.values()) {
            if (!NOT_ABOUT_REACH.containsKey(rule)) {
                Optional<Counterexample> opened = new RandomWrites(OtherRules.without(rule, tenancy()), base())
                        .run(WALKS.getOrDefault(rule, 20261127L), 4_000);
                assertThat(opened).as(rule.spelling()).isPresent();
                OpenPath way = opened.get().opens().getFirst();
                ChainLink link = way.chain().getFirst();
                table.append("%-20s | %3d | %s | %s > %s by %s: %s%n"
                        .formatted(
                                rule,
                                opened.get().writes(),
                                opened.get().changes().getLast().what(),
                                way.from(),
                                way.to(),
                                link.object(),
                                link.field()));
            }
        }
        Path expected = ROOT.resolve("rules-off.table");
        GoldenFile.holds(expected, table.toString());
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
