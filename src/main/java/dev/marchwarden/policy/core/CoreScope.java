package dev.marchwarden.policy.core;

import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.ControlPlaneAccount;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.User;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ObjectReach;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which objects of Kubernetes itself a control plane reads. */
public final class CoreScope {
    private static final Set<String> ENDPOINTS = Set.of("Endpoints", "EndpointSlice");

    /** They write the addresses of a Service's own pods (kubernetes cmd/kube-controller-manager/app). */
    private static final Set<String> ENDPOINT_CONTROLLERS = Set.of(
            "system:kube-controller-manager",
            "system:serviceaccount:kube-system:endpoint-controller",
            "system:serviceaccount:kube-system:endpointslice-controller",
            "system:serviceaccount:kube-system:endpointslicemirroring-controller");

    private CoreScope() {}

    /** Whether what an object says can take effect in a mesh. */
    public static boolean isRead(ObjectChange change, Boundary boundary) {
        KindTable table = change.table();
        if (table == null || !table.membersOnly()) {
            return true;
        }
        if (boundary.usergroup() == null) {
            return false;
        }
        if (ENDPOINTS.contains(change.kind())) {
            return !isEndpointController(change.user());
        }
        return !change.kind().equals("Ingress") || isIstios(change.after());
    }

    /**
     * Whether an object says nothing to a mesh, wherever it is: then its namespace makes no difference. What a control plane writes always
     * counts, for it must stay within its usergroup.
     *
     * @param reaches whether a row of the reach table found something in it, before or after the change
     */
    public static boolean isOrdinary(KindTable table, String name, boolean reaches, User author) {
        return table.membersOnly()
                && !reaches
                && !ControlPlaneInputs.isNamed(table.kind(), name)
                && !ControlPlaneAccount.isNamedAsOne(author);
    }

    private static boolean isEndpointController(User user) {
        return ENDPOINT_CONTROLLERS.contains(user.name());
    }

    /** Istio serves what is of its class only (mesh settings, ingressControllerMode STRICT); by what name the class goes is the cluster's. */
    private static boolean isIstios(@Nullable ObjectReach ingress) {
        if (ingress == null) {
            return false;
        }
        Branch root = ingress.root();
        String annotated = root.text("metadata", "annotations", IstioAnnotations.INGRESS_CLASS);
        String name = annotated == null ? root.text("spec", "ingressClassName") : annotated;
        return name != null && name.toLowerCase(Locale.ROOT).contains("istio");
    }
}
