package dev.marchwarden.istio;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The namespace labels that Istio acts on, beside the usergroup label of the tenancy. Keys and meaning: istio/api {@code label/labels.yaml};
 * precedence: istio {@code istio-discovery/templates/mutatingwebhook.yaml}.
 */
public final class MeshLabels {
    /** Which revision (or tag) injects. */
    public static final String REVISION = "istio.io/rev";
    /** On what {@code istioctl tag} and the charts make for a revision tag: its name. */
    public static final String TAG = "istio.io/tag";
    /** Overrides {@link #REVISION}: {@code enabled} means the default revision, any other value no injection. */
    public static final String INJECTION = "istio-injection";
    /** {@code ambient} enrols in the node's ztunnel, of whichever mesh that is; {@code none} keeps out. */
    public static final String DATAPLANE_MODE = "istio.io/dataplane-mode";
    /** The namespace of the waypoint that sees this namespace's traffic. */
    public static final String WAYPOINT_NAMESPACE = "istio.io/use-waypoint-namespace";
    /** The same for the waypoint that is being tried out. */
    public static final String WAYPOINT_CANARY_NAMESPACE = "istio.io/use-waypoint-canary-namespace";
    /** On a system namespace: the network of every workload that names no other (pilot/pkg/serviceregistry/kube/controller/network.go). */
    public static final String NETWORK = "topology.istio.io/network";

    private MeshLabels() {}

    /** Every label that a rule looks at; the others are the tenant's own business. */
    public static Set<String> guarded(String usergroupLabel) {
        Set<String> guarded = new LinkedHashSet<>();
        guarded.add(usergroupLabel);
        guarded.add(REVISION);
        guarded.add(INJECTION);
        guarded.add(DATAPLANE_MODE);
        guarded.add(WAYPOINT_NAMESPACE);
        guarded.add(WAYPOINT_CANARY_NAMESPACE);
        guarded.add(NETWORK);
        return Set.copyOf(guarded);
    }
}
