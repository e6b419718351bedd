package dev.marchwarden.tenancy;

import static dev.marchwarden.tenancy.Enforcement.AUDIT;
import static dev.marchwarden.tenancy.Enforcement.DENY;
import static dev.marchwarden.tenancy.Enforcement.OFF;
import static dev.marchwarden.tenancy.Enforcement.WARN;
import static dev.marchwarden.tenancy.RuleName.CONFIG_OUTSIDE_MESH;
import static dev.marchwarden.tenancy.RuleName.FOREIGN_HOST;
import static dev.marchwarden.tenancy.RuleName.INJECTION_OPT_OUT;
import static dev.marchwarden.tenancy.RuleName.OPEN_GATEWAY;
import static dev.marchwarden.tenancy.RuleName.UNKNOWN_KIND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnforcementTableTest {
    /** The cluster denies, warns of foreign hosts; one is being let in, two is watched, three only lifts a rule. */
    private static final EnforcementTable TABLE = new EnforcementTable(
            new EnforcementSettings(DENY, Map.of(FOREIGN_HOST, WARN, INJECTION_OPT_OUT, DENY)),
            Map.of(
                    "one", new EnforcementSettings(WARN, Map.of(OPEN_GATEWAY, DENY)),
                    "two", new EnforcementSettings(AUDIT, Map.of()),
                    "three", new EnforcementSettings(null, Map.of(UNKNOWN_KIND, OFF)),
                    "four", new EnforcementSettings(DENY, Map.of(CONFIG_OUTSIDE_MESH, DENY))));

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # rule,              concerned,    level
            host-claim,          -,            DENY   # the cluster's default
            foreign-host,        -,            WARN   # the cluster's word on the rule
            host-claim,          nobody,       DENY   # a usergroup without settings
            open-gateway,        one,          DENY   # the usergroup's word on the rule
            host-claim,          one,          WARN   # the usergroup's default
            foreign-host,        two,          AUDIT  # the usergroup's default before the cluster's rule
            unknown-kind,        three,        OFF
            foreign-host,        three,        WARN   # says nothing of it
            host-claim,          three,        DENY
            host-claim,          one two,      WARN   # the strictest of both
            host-claim,          one nobody,   DENY
            unknown-kind,        two three,    AUDIT
            config-outside-mesh, -,            WARN   # no default makes it stricter
            injection-opt-out,   -,            DENY   # but its name does
            injection-opt-out,   four,         DENY   # nor does a usergroup's default make it milder by being strict
            config-outside-mesh, two,          AUDIT  # a milder default counts
            config-outside-mesh, four,         DENY
            config-outside-mesh, nobody,       WARN
            """)
    void mostSpecificWins(String rule, String concerned, String level) {
        List<String> usergroups = concerned == null ? List.of() : Arrays.asList(concerned.split(" "));
        assertThat(TABLE.level(RuleName.named(rule).orElseThrow(), usergroups))
                .isEqualTo(Enforcement.valueOf(level.replaceAll(" *#.*", "")));
    }

    @Test
    void deniesWhereNothingIsSaid() {
        EnforcementTable silent = new EnforcementTable(EnforcementSettings.NONE, Map.of());
        for (RuleName rule : RuleName.values()) {
            assertThat(silent.level(rule, List.of("any"))).isEqualTo(rule.ceiling());
            assertThat(EnforcementTable.DENY_ALL.level(rule, List.of())).isEqualTo(rule.ceiling());
        }
    }

    @Test
    void levelsAreOrdered() {
        assertThat(Enforcement.values()).containsExactly(OFF, AUDIT, WARN, DENY);
        assertThat(WARN.stricter(AUDIT)).isEqualTo(WARN);
        assertThat(WARN.stricter(DENY)).isEqualTo(DENY);
        assertThat(WARN.milder(AUDIT)).isEqualTo(AUDIT);
        assertThat(WARN.milder(DENY)).isEqualTo(WARN);
    }
}
