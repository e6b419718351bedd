package dev.marchwarden.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RuleNameTest {
    /** They stand in people's files, dashboards and alerts: none is ever renamed. */
    @Test
    void namesArePinned() {
        assertThat(Arrays.stream(RuleName.values()).map(RuleName::spelling))
                .containsExactlyInAnyOrder(
                        "unpaired-labels",
                        "unknown-usergroup",
                        "unknown-revision",
                        "revision-mismatch",
                        "injection-label",
                        "ambient-mode",
                        "protected-namespace",
                        "system-namespace",
                        "membership-not-permitted",
                        "config-outside-mesh",
                        "config-revision-mismatch",
                        "foreign-host",
                        "host-claim",
                        "foreign-namespace",
                        "foreign-identity",
                        "foreign-address",
                        "mtls-downgrade",
                        "mesh-wide-config",
                        "raw-proxy-config",
                        "open-gateway",
                        "unknown-kind",
                        "workload-revision",
                        "injection-opt-out",
                        "proxy-override",
                        "foreign-injection",
                        "control-plane-reach");
    }

    @Test
    void isFoundByItsNameOnly() {
        for (RuleName rule : RuleName.values()) {
            assertThat(RuleName.named(rule.spelling())).contains(rule);
            assertThat(rule).hasToString(rule.spelling());
            assertThat(RuleName.named(rule.name())).isEmpty();
        }
    }

    @Test
    void twoRulesOnlyWarnUnlessNamed() {
        assertThat(RuleName.values())
                .filteredOn(rule -> rule.ceiling() != Enforcement.DENY)
                .allMatch(rule -> rule.ceiling() == Enforcement.WARN)
                .containsExactly(RuleName.CONFIG_OUTSIDE_MESH, RuleName.INJECTION_OPT_OUT);
    }
}
