package dev.marchwarden.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.config.ConfigRules;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.InvalidTenancyException;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No sequence of admitted writes puts configuration into the cluster that reaches across, and each of the rules is needed for that. */
class ConfigModelTest {
    @Test
    void noRandomWalkReachesAcross() {
        ConfigExploration exploration = new ConfigExploration(new Policy(tenancy())).random(20261122, 1_500, 40);
        System.out.println(exploration);
        assertThat(exploration.violation()).isEmpty();
    }

    /** Those that deny. */
    static Stream<RuleName> rules() {
        return ConfigRules.ALL.stream().map(ObjectRule::name).filter(name -> name.ceiling() == Enforcement.DENY);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleIsMissedWhereItIsLeftOut(RuleName rule) {
        ConfigExploration exploration = new ConfigExploration(OtherRules.without(rule, tenancy())).random(7, 1_500, 40);
        assertThat(exploration.violation()).isPresent();
    }

    private static Tenancy tenancy() {
        try {
            return TenancyFile.parse("model", ConfigBorder.TENANCY.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidTenancyException e) {
            throw new AssertionError(e);
        }
    }
}
