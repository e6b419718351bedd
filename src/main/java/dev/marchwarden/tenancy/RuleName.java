package dev.marchwarden.tenancy;

import static dev.marchwarden.tenancy.Enforcement.DENY;
import static dev.marchwarden.tenancy.Enforcement.WARN;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The name of a rule, as it stands in configuration, logs, metrics and messages; never renamed.
 *
 * <p>Names live beside the tenancy because its file sets an enforcement for each; what a rule does is in {@code policy}.
 */
public enum RuleName {
    // Namespaces
    UNPAIRED_LABELS,
    UNKNOWN_USERGROUP,
    UNKNOWN_REVISION,
    REVISION_MISMATCH,
    INJECTION_LABEL,
    AMBIENT_MODE,
    PROTECTED_NAMESPACE,
    SYSTEM_NAMESPACE,
    MEMBERSHIP_NOT_PERMITTED,
    // Configuration
    CONFIG_OUTSIDE_MESH(WARN),
    CONFIG_REVISION_MISMATCH,
    FOREIGN_HOST,
    HOST_CLAIM,
    FOREIGN_NAMESPACE,
    FOREIGN_IDENTITY,
    FOREIGN_ADDRESS,
    MTLS_DOWNGRADE,
    MESH_WIDE_CONFIG,
    RAW_PROXY_CONFIG,
    OPEN_GATEWAY,
    UNKNOWN_KIND,
    // Workloads
    WORKLOAD_REVISION,
    INJECTION_OPT_OUT(WARN),
    PROXY_OVERRIDE,
    FOREIGN_INJECTION;

    private static final Map<String, RuleName> BY_SPELLING =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(RuleName::spelling, Function.identity()));

    private final String spelling;
    private final Enforcement ceiling;

    RuleName() {
        this(DENY);
    }

    RuleName(Enforcement ceiling) {
        this.spelling = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.ceiling = ceiling;
    }

    /** The rule as files, logs and people spell it, for example {@code unpaired-labels}. */
    public String spelling() {
        return spelling;
    }

    /** The strictest enforcement that a blanket default gives this rule; only naming the rule itself goes beyond. */
    public Enforcement ceiling() {
        return ceiling;
    }

    public static Optional<RuleName> named(String spelling) {
        return Optional.ofNullable(BY_SPELLING.get(spelling));
    }

    @Override
    public String toString() {
        return spelling;
    }
}
