package dev.marchwarden.istio;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A setting of istiod that the boundary depends on, an environment variable or an argument. Source: istio pilot/pkg/features,
 * pilot/cmd/pilot-discovery/app/cmd.go (1.30).
 *
 * @param name of the variable, or of the argument with its hyphens
 * @param safe what it may be
 * @param reason what it would lead to otherwise
 */
public record IstiodSetting(String name, Safe safe, String reason) {
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    /** What istiod makes of a value that is no boolean is its default. */
    public enum Safe {
        /** Istio's default: on. */
        ON,
        /** Istio's default: off. */
        OFF,
        /** Not set, as by default. */
        UNSET,
        /** Service accounts, NAMESPACE/NAME with commas between them, of istiod's own namespace; the chart names one that need not exist. */
        OWN_ACCOUNTS,
        /** As {@code bootstrap} sets it. */
        OWN
    }

    public static final List<IstiodSetting> VARIABLES = List.of(
            new IstiodSetting(
                    "PILOT_GATEWAY_API_CONTROLLER_NAME", Safe.OWN, "two control planes would claim one Gateway"),
            new IstiodSetting(
                    "PILOT_GATEWAY_API_DEFAULT_GATEWAYCLASS_NAME",
                    Safe.OWN,
                    "two control planes would claim one class"),
            new IstiodSetting("SHARED_MESH_CONFIG", Safe.UNSET, "another ConfigMap would be merged into the mesh's"),
            new IstiodSetting(
                    "PILOT_SKIP_VALIDATE_TRUST_DOMAIN",
                    Safe.OFF,
                    "proxies would accept identities of any trust domain"),
            new IstiodSetting(
                    "PILOT_ENABLE_AMBIENT", Safe.OFF, "ambient has one ztunnel on each node for all usergroups"),
            new IstiodSetting(
                    "PILOT_SCOPE_GATEWAY_TO_NAMESPACE", Safe.OWN, "a Gateway would select proxies of other namespaces"),
            new IstiodSetting("XDS_AUTH", Safe.ON, "anybody could read the mesh's configuration and secrets"),
            new IstiodSetting(
                    "PILOT_ENABLE_XDS_IDENTITY_CHECK", Safe.ON, "a proxy could ask for the configuration of another"),
            new IstiodSetting(
                    "ENABLE_XDS_API_GENERATOR_AUTH", Safe.ON, "anybody could read all configuration of the mesh"),
            new IstiodSetting("ENABLE_DEBUG_ENDPOINT_AUTH", Safe.ON, "anybody could read the mesh's state"),
            new IstiodSetting(
                    "DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES",
                    Safe.UNSET,
                    "those namespaces could read the mesh's state"),
            new IstiodSetting(
                    "PILOT_ENABLE_STRICT_GATEWAY_MERGING",
                    Safe.ON,
                    "a Gateway could take over the listener of another"),
            new IstiodSetting(
                    "UNSAFE_ENABLE_ADMIN_ENDPOINTS", Safe.OFF, "anybody who reaches istiod could change its settings"),
            new IstiodSetting("TRUSTED_GATEWAY_CIDR", Safe.UNSET, "clients there would choose their own identity"),
            new IstiodSetting(
                    "CA_TRUSTED_NODE_ACCOUNTS",
                    Safe.OWN_ACCOUNTS,
                    "those accounts get certificates for any identity on their node"),
            new IstiodSetting(
                    "ISTIO_WORKLOAD_ENTRY_VALIDATE_IDENTITY",
                    Safe.ON,
                    "a proxy could register itself under another's WorkloadEntry"),
            new IstiodSetting(
                    "PILOT_INSECURE_MULTICLUSTER_KUBECONFIG_OPTIONS",
                    Safe.UNSET,
                    "a Secret with a kubeconfig could run programs in istiod"),
            new IstiodSetting("EXTERNAL_ISTIOD", Safe.OFF, "it would serve other clusters"),
            new IstiodSetting("ISTIO_WATCH_NAMESPACE", Safe.UNSET, "the control plane would read only one namespace"));

    public static final List<IstiodSetting> ARGUMENTS = List.of(
            new IstiodSetting("--meshConfig", Safe.UNSET, "the mesh configuration would not be that of its ConfigMap"),
            new IstiodSetting("--configDir", Safe.UNSET, "configuration would come from files, without admission"),
            new IstiodSetting("--kubeconfig", Safe.UNSET, "it would read another cluster"),
            new IstiodSetting("--registries", Safe.UNSET, "Services would come from outside the cluster"),
            new IstiodSetting(
                    "--clusterRegistriesNamespace",
                    Safe.UNSET,
                    "other clusters would be configured in another namespace than the control plane's"));

    /**
     * Never for {@link Safe#OWN}, which the usergroup decides.
     *
     * @param value as it is set
     * @param namespace istiod's own
     */
    public boolean isSafe(String value, String namespace) {
        return switch (safe) {
            case ON -> !FALSE.contains(value);
            case OFF -> !TRUE.contains(value);
            case UNSET -> value.isEmpty();
            case OWN_ACCOUNTS ->
                Arrays.stream(value.split(",", -1))
                        .map(String::strip)
                        .allMatch(account -> account.isEmpty() || account.startsWith(namespace + "/"));
            case OWN -> throw new IllegalStateException(name + " is not judged by its value alone");
        };
    }
}
