package dev.marchwarden.rulebook;

import dev.marchwarden.tenancy.RuleName;

/** What a rule is about. */
public enum Area {
    NAMESPACES("Namespaces"),
    /** Istio's and the Gateway API's own objects. */
    CONFIGURATION("Configuration"),
    /** Pods, and what makes them. */
    WORKLOADS("Workloads");

    private final String title;

    Area(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    public static Area of(RuleName rule) {
        return switch (rule) {
            case UNPAIRED_LABELS,
                    UNKNOWN_USERGROUP,
                    UNKNOWN_REVISION,
                    REVISION_MISMATCH,
                    INJECTION_LABEL,
                    AMBIENT_MODE,
                    PROTECTED_NAMESPACE,
                    SYSTEM_NAMESPACE,
                    MEMBERSHIP_NOT_PERMITTED -> NAMESPACES;
            case CONFIG_OUTSIDE_MESH,
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
                    UNKNOWN_KIND -> CONFIGURATION;
            case WORKLOAD_REVISION, INJECTION_OPT_OUT, PROXY_OVERRIDE, FOREIGN_INJECTION -> WORKLOADS;
        };
    }
}
