package dev.marchwarden.tenancy;

import static dev.marchwarden.tenancy.Enforcement.DENY;
import static dev.marchwarden.tenancy.Enforcement.WARN;
import static dev.marchwarden.tenancy.RuleArea.CONFIGURATION;
import static dev.marchwarden.tenancy.RuleArea.CONTROL_PLANES;
import static dev.marchwarden.tenancy.RuleArea.NAMESPACES;
import static dev.marchwarden.tenancy.RuleArea.WORKLOADS;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The declaration of every rule: its name, its area, and how strictly it is enforced by default. Schemas, the rule book and the tests go by
 * this list.
 *
 * <p>A name stands in configuration, logs, metrics and messages and is never changed. It lives beside the tenancy because the tenancy file
 * sets an enforcement for each rule; what a rule does is in {@code policy}.
 */
public enum RuleName {
    UNPAIRED_LABELS(NAMESPACES),
    UNKNOWN_USERGROUP(NAMESPACES),
    UNKNOWN_REVISION(NAMESPACES),
    REVISION_MISMATCH(NAMESPACES),
    INJECTION_LABEL(NAMESPACES),
    AMBIENT_MODE(NAMESPACES),
    PROTECTED_NAMESPACE(NAMESPACES),
    SYSTEM_NAMESPACE(NAMESPACES),
    MEMBERSHIP_NOT_PERMITTED(NAMESPACES),
    CONFIG_OUTSIDE_MESH(CONFIGURATION, WARN),
    CONFIG_REVISION_MISMATCH(CONFIGURATION),
    FOREIGN_HOST(CONFIGURATION),
    HOST_CLAIM(CONFIGURATION),
    FOREIGN_NAMESPACE(CONFIGURATION),
    FOREIGN_IDENTITY(CONFIGURATION),
    FOREIGN_ADDRESS(CONFIGURATION),
    MTLS_DOWNGRADE(CONFIGURATION),
    MESH_WIDE_CONFIG(CONFIGURATION),
    RAW_PROXY_CONFIG(CONFIGURATION),
    OPEN_GATEWAY(CONFIGURATION),
    UNKNOWN_KIND(CONFIGURATION),
    WORKLOAD_REVISION(WORKLOADS),
    INJECTION_OPT_OUT(WORKLOADS, WARN),
    PROXY_OVERRIDE(WORKLOADS),
    FOREIGN_INJECTION(WORKLOADS),
    CONTROL_PLANE_REACH(CONTROL_PLANES);

    private static final Map<String, RuleName> BY_SPELLING =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(RuleName::spelling, Function.identity()));

    private final String spelling;
    private final RuleArea area;
    private final Enforcement ceiling;

    RuleName(RuleArea area) {
        this(area, DENY);
    }

    RuleName(RuleArea area, Enforcement ceiling) {
        this.area = area;
        this.spelling = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.ceiling = ceiling;
    }

    /** The rule as files, logs and people spell it, for example {@code unpaired-labels}. */
    public String spelling() {
        return spelling;
    }

    public RuleArea area() {
        return area;
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
