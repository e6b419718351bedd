package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the proxies of a usergroup may connect to. */
record AllowedTargets(Usergroup usergroup, ObjectSurroundings surroundings) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\((HOST_IP|POD_IP|INSTANCE_IP)\\)(:[0-9]{1,5})?");

    /** Whether an address is that of the usergroup's own control plane. */
    boolean is(String address) {
        return surroundings.hosts().literal(address.strip()) instanceof HostTarget.InNamespace there
                && there.namespace().equals(usergroup.systemNamespace());
    }

    /**
     * Whether the injector may have named this as who signs the proxy's certificate: the control plane, or an authority of no usergroup's
     * that the mesh's settings name (istio-csr, or one outside the cluster).
     */
    boolean maySign(String address) {
        return is(address)
                || switch (surroundings.hosts().literal(address.strip())) {
                    case HostTarget.InNamespace there -> isNobodys(there.namespace());
                    case HostTarget.External outside -> outside.name().indexOf('.') >= 0;
                    default -> false;
                };
    }

    private boolean isNobodys(String namespace) {
        return surroundings.namespaces().find(namespace) != null
                && surroundings.boundary().usergroupOf(namespace) == null;
    }

    boolean isOthersTrustDomain(String domain) {
        return surroundings.tenancy().usergroups().stream()
                .filter(other -> !other.equals(usergroup))
                .anyMatch(other -> domain.equals(other.name()) || domain.startsWith(other.name() + "."));
    }

    String inWords() {
        return "a Service in " + Quoted.of(usergroup.systemNamespace()) + ", where the control plane of usergroup "
                + usergroup.name() + " is";
    }

    /** Why telemetry must not be sent to an address; null where it may. */
    @Nullable
    String reasonAgainst(String address) {
        if (VARIABLE.matcher(address.strip()).matches()) {
            return null; // an address of the pod or its node, as Kubernetes fills it in
        }
        return switch (surroundings.hosts().literal(address.strip())) {
            case HostTarget.InNamespace there ->
                surroundings.boundary().holds(there.namespace()) ? null : "it is a Service across the boundary";
            case HostTarget.Address ip ->
                surroundings.tenancy().isInCluster(ip.range())
                        ? "pods and Services at such an address belong to others"
                        : null;
            case HostTarget.Across across -> "this name belongs to the whole cluster";
            case HostTarget.Unclear unclear -> "its destination is not certain";
            case HostTarget.External outside -> null;
            case HostTarget.Nowhere nowhere -> null;
        };
    }
}
