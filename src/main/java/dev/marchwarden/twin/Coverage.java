package dev.marchwarden.twin;

import dev.marchwarden.tenancy.RuleName;

/**
 * How far the twin enforces a rule.
 *
 * @param onlyByTheWebhook what the twin leaves out, in words; empty where that is nothing
 */
public record Coverage(Extent extent, String onlyByTheWebhook) {
    /** Of a rule. */
    public enum Extent {
        /** Denies exactly what the webhook denies. */
        WHOLE,
        /** Denies only what the webhook denies, and not all of it. */
        PART,
        NONE
    }

    private static final String CLUSTER_STATE = "everything: it depends on the usergroups of other namespaces";
    private static final String NOT_YET = "everything";

    public static Coverage of(RuleName rule) {
        return switch (rule) {
            case UNPAIRED_LABELS -> whole("the missing label is added only with `--complete-pairs`");
            case UNKNOWN_USERGROUP, UNKNOWN_REVISION ->
                whole("the message does not name the values that the author may use");
            case REVISION_MISMATCH, INJECTION_LABEL, MEMBERSHIP_NOT_PERMITTED -> whole("");
            case PROTECTED_NAMESPACE -> whole("the message names the first label, and the fix all of them");
            case AMBIENT_MODE -> part("waypoints: it depends on the usergroup of the namespace that the label names");
            case SYSTEM_NAMESPACE -> part("a mesh admin deletes the namespace while its usergroup has members");
            case CONFIG_REVISION_MISMATCH ->
                part("labels of the pods and entries that a Gateway or a WorkloadGroup makes, and GatewayClasses");
            case MTLS_DOWNGRADE ->
                part("DestinationRules, BackendTLSPolicies, an old PeerAuthentication that opens more than before,"
                        + " and the warning about a port that a mesh admin opens");
            case MESH_WIDE_CONFIG -> part("updates of annotations alone, and kinds that are not known");
            case WORKLOAD_REVISION -> part("containers with the image auto, and bindings");
            case FOREIGN_HOST, HOST_CLAIM, FOREIGN_NAMESPACE, FOREIGN_IDENTITY, FOREIGN_ADDRESS, OPEN_GATEWAY ->
                new Coverage(Extent.NONE, CLUSTER_STATE);
            case CONFIG_OUTSIDE_MESH,
                    RAW_PROXY_CONFIG,
                    UNKNOWN_KIND,
                    INJECTION_OPT_OUT,
                    PROXY_OVERRIDE,
                    FOREIGN_INJECTION,
                    CONTROL_PLANE_REACH -> new Coverage(Extent.NONE, NOT_YET);
        };
    }

    private static Coverage whole(String onlyByTheWebhook) {
        return new Coverage(Extent.WHOLE, onlyByTheWebhook);
    }

    private static Coverage part(String onlyByTheWebhook) {
        return new Coverage(Extent.PART, onlyByTheWebhook);
    }
}
