package dev.marchwarden.tenancy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One level of the enforcement settings: a blanket default and exceptions for named rules.
 *
 * @param blanket the level of every rule that is not named, or null where this level leaves it to the next
 * @param rules the level of the rules that are named
 */
public record EnforcementSettings(@Nullable Enforcement blanket, Map<RuleName, Enforcement> rules) {
    public static final EnforcementSettings NONE = new EnforcementSettings(null, Map.of());

    public EnforcementSettings {
        rules = Map.copyOf(rules);
    }
}
