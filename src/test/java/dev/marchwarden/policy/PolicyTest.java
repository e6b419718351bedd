package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.policy.Requirement.Verb;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyTest {
    private static final Policy POLICY =
            new Policy(Tenancy.of(List.of(Usergroup.named("red"), Usergroup.named("blue"))));
    private static final Namespaces NONE = new NamespaceTable.Cluster(Map.of(), "usergroup");

    @Test
    void asksForTheRightsThatWouldLiftAFinding() {
        Judgement moves = POLICY.judge(
                update(Map.of("usergroup", "red", "istio.io/rev", "red"), Map.of("usergroup", "blue")), NONE);

        Requirement useRed = new Requirement(Verb.USE, "red");
        Requirement useBlue = new Requirement(Verb.USE, "blue");
        assertThat(moves.requirements()).containsExactlyInAnyOrder(useRed, useBlue);
        assertThat(moves.decide(Set.of()).findings()).hasSize(3);
        assertThat(moves.decide(Set.of(useRed, useBlue)).findings())
                .extracting(finding -> finding.violation().rule().spelling())
                .containsExactly("unpaired-labels");
    }

    @Test
    void asksNobodyAboutACleanChange() {
        Judgement nothing = POLICY.judge(update(Map.of(), Map.of()), NONE);
        assertThat(nothing).isSameAs(Judgement.CLEAN);
        assertThat(nothing.requirements()).isEmpty();
        assertThat(nothing.decide(Set.of())).isSameAs(Decision.CLEAN);
    }

    @Test
    void looksAtTheLabelsThatIstioActsOnAndTheUsergroups() {
        assertThat(POLICY.guardedLabels())
                .containsExactlyInAnyOrder(
                        "usergroup",
                        "istio.io/rev",
                        "istio-injection",
                        "istio.io/dataplane-mode",
                        "istio.io/use-waypoint-namespace",
                        "istio.io/use-waypoint-canary-namespace",
                        "topology.istio.io/network");
    }

    @Test
    void saysWhatIsWrongAndHowToFixIt() {
        assertThat(explanation(update(Map.of("usergroup", "red", "istio.io/rev", "red"), Map.of("usergroup", "red"))))
                .isEqualTo("unpaired-labels: metadata.labels[istio.io/rev] is missing, expected \"red\" beside"
                        + " usergroup=red: its pods would run without a sidecar, in plain text, in a mesh that relies on mutual TLS. Fix: kubectl label namespace app --overwrite istio.io/rev=red (or to leave the"
                        + " mesh: kubectl label namespace app --overwrite usergroup- istio.io/rev-)");
    }

    /** What is there to be guessed at is none of a stranger's business. */
    @Test
    void namesNoUsergroupThatTheAuthorDidNotName() {
        assertThat(explanation(update(Map.of(), Map.of("usergroup", "rad", "istio.io/rev", "rad"))))
                .doesNotContain("red", "blue");
    }

    private static String explanation(NamespaceChange change) {
        return POLICY.judge(change, NONE).findings().getFirst().violation().explanation();
    }

    private static NamespaceChange update(Map<String, String> before, Map<String, String> after) {
        return new NamespaceChange(
                Operation.UPDATE,
                "app",
                "",
                NamespaceTable.user("nobody"),
                new NamespaceState("app", before, false),
                new NamespaceState("app", after, false));
    }
}
