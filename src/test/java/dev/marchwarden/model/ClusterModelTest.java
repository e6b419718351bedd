package dev.marchwarden.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.rules.NamespaceRules;
import dev.marchwarden.tenancy.InvalidTenancyException;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No sequence of admitted writes breaks the border, and each of the rules is needed for that. */
class ClusterModelTest {
    private static final List<String> SOME_USERGROUPS =
            List.of("(absent)", "usergroup-1", "usergroup-2", "usergroup-3");
    private static final List<String> SOME_REVISIONS =
            List.of("(absent)", "usergroup-1-canary", "usergroup-1-stable", "usergroup-2", "default");
    private static final List<String> TWO_USERGROUPS = List.of("(absent)", "usergroup-1", "usergroup-2");

    /** Each small enough to reach every state of; together they hold every label and every kind of namespace. */
    private static final List<World> SMALL = List.of(
            World.of("a namespace, all but waypoints", List.of("app-1"), World.USERGROUPS, World.REVISIONS)
                    .with("istio-injection", World.INJECTION)
                    .with("istio.io/dataplane-mode", World.MODE),
            World.of("a protected one, all but waypoints", List.of("kube-system"), World.USERGROUPS, World.REVISIONS)
                    .with("istio-injection", World.INJECTION)
                    .with("istio.io/dataplane-mode", World.MODE),
            World.of("a system namespace, istio-injection", List.of("system-1"), World.USERGROUPS, World.REVISIONS)
                    .with("istio-injection", World.INJECTION),
            World.of(
                    "a namespace and a system namespace",
                    List.of("app-1", "system-1"),
                    SOME_USERGROUPS,
                    SOME_REVISIONS),
            World.of(
                            "two namespaces and their system namespace",
                            List.of("app-1", "app-2", "system-1"),
                            TWO_USERGROUPS,
                            TWO_USERGROUPS)
                    .writing("", "status"),
            World.of(
                            "two namespaces, use-waypoint-namespace",
                            List.of("app-1", "app-2"),
                            TWO_USERGROUPS,
                            TWO_USERGROUPS)
                    .with("istio.io/use-waypoint-namespace", List.of("(absent)", "app-2", "nowhere", "")));

    private static final World LARGE = World.of(
                    "seven namespaces, all labels, at random",
                    List.of("app-1", "app-2", "app-3", "app-4", "system-1", "system-2", "kube-system"),
                    World.USERGROUPS,
                    World.REVISIONS)
            .with("istio-injection", World.INJECTION)
            .with("istio.io/dataplane-mode", World.MODE)
            .with("istio.io/use-waypoint-namespace", World.WAYPOINT)
            .with("istio.io/use-waypoint-canary-namespace", World.WAYPOINT);

    static Stream<World> small() {
        return SMALL.stream();
    }

    @ParameterizedTest
    @MethodSource("small")
    void noSequenceOfWritesBreaksTheBorder(World world) {
        Exploration exploration = new Exploration(world, new Policy(tenancy())).exhaustive();
        System.out.println(exploration);
        assertThat(exploration.violation()).isEmpty();
    }

    @Test
    void noRandomWalkBreaksTheBorderNorAddsToADisorder() {
        Exploration exploration = new Exploration(LARGE, new Policy(tenancy())).random(20261122, 1_000, 40);
        System.out.println(exploration);
        assertThat(exploration.violation()).isEmpty();
    }

    static Stream<RuleName> rules() {
        return NamespaceRules.ALL.stream().map(rule -> rule.name());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleIsMissedWhereItIsLeftOut(RuleName rule) {
        assertThat(anyViolation(OtherRules.without(rule, tenancy()))).isPresent();
    }

    /**
     * A blind spot.
     *
     * @param unseen the changes that no rule looks at
     */
    record Fault(String title, Predicate<NamespaceChange> unseen) {
        @Override
        public String toString() {
            return title;
        }
    }

    private static final Fault STATUS_UNSEEN = new Fault(
            "status unseen, as GHSA-2ww6-hf35-mfjm in Capsule",
            change -> change.subresource().equals("status"));

    /** Faults that admission webhooks really had, and some that would be easy to make here. */
    static Stream<Fault> faults() {
        return Stream.of(
                STATUS_UNSEEN,
                new Fault(
                        "finalize unseen, as in the same",
                        change -> change.subresource().equals("finalize")),
                new Fault(
                        "terminating ones skipped, as CVE-2023-34091 in Kyverno",
                        change -> change.before() != null && change.before().terminating()),
                new Fault(
                        "only labelled ones looked at, as CVE-2025-55205 in Capsule",
                        change -> change.before() != null
                                && change.before().labels().isEmpty()),
                new Fault(
                        "unprotected without the mark, as CVE-2022-46167 in Capsule",
                        change -> change.labelAfter("usergroup") == null),
                new Fault("creation unseen", change -> change.before() == null),
                new Fault("deletion unseen", change -> change.after() == null),
                new Fault("cluster admins trusted", change -> change.user().isSystemMaster()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyBlindSpotIsFound(Fault fault) {
        assertThat(anyViolation(OtherRules.blindTo(fault.unseen(), tenancy()))).isPresent();
    }

    /** The narrowest of them: one rule, one subresource. */
    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleLooksAtStatusWrites(RuleName rule) {
        assertThat(anyViolation(OtherRules.blindTo(STATUS_UNSEEN.unseen(), rule, tenancy())))
                .isPresent();
    }

    /** The first violation that a search finds, and how it came to it. */
    private static Optional<String> anyViolation(Policy policy) {
        return Stream.concat(
                        SMALL.stream().map(world -> new Exploration(world, policy).exhaustive()),
                        Stream.of(LARGE).map(world -> new Exploration(world, policy).random(7, 1_000, 40)))
                .map(Exploration::violation)
                .flatMap(Optional::stream)
                .findFirst()
                .map(violation -> {
                    System.out.println(violation.lines().findFirst().orElse("").split(" after ", 2)[0]);
                    return violation;
                });
    }

    private static Tenancy tenancy() {
        try {
            return TenancyFile.parse("model", Border.TENANCY.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidTenancyException e) {
            throw new AssertionError(e);
        }
    }
}
