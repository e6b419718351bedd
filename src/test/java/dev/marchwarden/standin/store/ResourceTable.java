package dev.marchwarden.standin.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What is served: a row a kind. */
public final class ResourceTable {
    /**
     * Group, versions, plural, kind, scope, subresources, traits, short names. Traits are {@code versioned} (an update has to say which version
     * it is of), {@code generation} (changes of anything but metadata and status are counted) and {@code review} (a question that is not kept).
     */
    private static final String ROWS = """
            core v1 namespaces Namespace cluster status,finalize - ns
            core v1 secrets Secret namespaced - - -
            core v1 configmaps ConfigMap namespaced - - cm
            core v1 services Service namespaced status - svc
            core v1 serviceaccounts ServiceAccount namespaced - - sa
            core v1 pods Pod namespaced status,ephemeralcontainers - po
            core v1 resourcequotas ResourceQuota namespaced status - quota
            core v1 events Event namespaced - - ev
            apps v1 deployments Deployment namespaced status,scale generation deploy
            apps v1 statefulsets StatefulSet namespaced status,scale generation sts
            apps v1 daemonsets DaemonSet namespaced status generation ds
            apps v1 replicasets ReplicaSet namespaced status,scale generation rs
            autoscaling v2 horizontalpodautoscalers HorizontalPodAutoscaler namespaced status generation hpa
            batch v1 jobs Job namespaced status generation -
            batch v1 cronjobs CronJob namespaced status generation cj
            rbac.authorization.k8s.io v1 roles Role namespaced - - -
            rbac.authorization.k8s.io v1 rolebindings RoleBinding namespaced - - -
            rbac.authorization.k8s.io v1 clusterroles ClusterRole cluster - - -
            rbac.authorization.k8s.io v1 clusterrolebindings ClusterRoleBinding cluster - - -
            core v1 endpoints Endpoints namespaced - - -
            discovery.k8s.io v1 endpointslices EndpointSlice namespaced - - -
            coordination.k8s.io v1 leases Lease namespaced - versioned -
            admissionregistration.k8s.io v1 validatingwebhookconfigurations ValidatingWebhookConfiguration cluster - versioned,generation -
            admissionregistration.k8s.io v1 mutatingwebhookconfigurations MutatingWebhookConfiguration cluster - versioned,generation -
            admissionregistration.k8s.io v1 validatingadmissionpolicies ValidatingAdmissionPolicy cluster status versioned,generation -
            admissionregistration.k8s.io v1 validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding cluster - versioned,generation -
            policy v1 poddisruptionbudgets PodDisruptionBudget namespaced status versioned,generation pdb
            networking.k8s.io v1 ingresses Ingress namespaced status generation ing
            networking.k8s.io v1 networkpolicies NetworkPolicy namespaced - generation netpol
            apiextensions.k8s.io v1 customresourcedefinitions CustomResourceDefinition cluster status versioned,generation crd,crds
            authorization.k8s.io v1 subjectaccessreviews SubjectAccessReview cluster - review -
            authorization.k8s.io v1 selfsubjectaccessreviews SelfSubjectAccessReview cluster - review -
            authentication.k8s.io v1 selfsubjectreviews SelfSubjectReview cluster - review -
            networking.istio.io v1,v1beta1,v1alpha3 virtualservices VirtualService namespaced status versioned,generation vs
            networking.istio.io v1,v1beta1,v1alpha3 destinationrules DestinationRule namespaced status versioned,generation dr
            networking.istio.io v1,v1beta1,v1alpha3 serviceentries ServiceEntry namespaced status versioned,generation se
            networking.istio.io v1,v1beta1,v1alpha3 gateways Gateway namespaced status versioned,generation gw
            networking.istio.io v1,v1beta1,v1alpha3 sidecars Sidecar namespaced status versioned,generation -
            networking.istio.io v1,v1beta1,v1alpha3 workloadentries WorkloadEntry namespaced status versioned,generation we
            networking.istio.io v1,v1beta1,v1alpha3 workloadgroups WorkloadGroup namespaced status versioned,generation wg
            networking.istio.io v1alpha3 envoyfilters EnvoyFilter namespaced status versioned,generation -
            networking.istio.io v1beta1 proxyconfigs ProxyConfig namespaced status versioned,generation -
            security.istio.io v1,v1beta1 authorizationpolicies AuthorizationPolicy namespaced status versioned,generation ap
            security.istio.io v1,v1beta1 peerauthentications PeerAuthentication namespaced status versioned,generation pa
            security.istio.io v1,v1beta1 requestauthentications RequestAuthentication namespaced status versioned,generation ra
            telemetry.istio.io v1,v1alpha1 telemetries Telemetry namespaced status versioned,generation telemetry
            extensions.istio.io v1alpha1 wasmplugins WasmPlugin namespaced status versioned,generation -
            extensions.istio.io v1alpha1 trafficextensions TrafficExtension namespaced status versioned,generation -
            gateway.networking.k8s.io v1,v1beta1 gatewayclasses GatewayClass cluster status versioned,generation gc
            gateway.networking.k8s.io v1,v1beta1 gateways Gateway namespaced status versioned,generation gtw
            gateway.networking.k8s.io v1,v1beta1 httproutes HTTPRoute namespaced status versioned,generation -
            gateway.networking.k8s.io v1 grpcroutes GRPCRoute namespaced status versioned,generation -
            gateway.networking.k8s.io v1 tlsroutes TLSRoute namespaced status versioned,generation -
            gateway.networking.k8s.io v1 tcproutes TCPRoute namespaced status versioned,generation -
            gateway.networking.k8s.io v1 listenersets ListenerSet namespaced status versioned,generation -
            gateway.networking.k8s.io v1 backendtlspolicies BackendTLSPolicy namespaced status versioned,generation btlspolicy
            gateway.networking.k8s.io v1,v1beta1 referencegrants ReferenceGrant namespaced - versioned,generation refgrant
            """;

    private final List<Resource> resources = new CopyOnWriteArrayList<>();

    public ResourceTable() {
        List<Resource> rows = new ArrayList<>();
        ROWS.lines().map(ResourceTable::row).forEach(rows::add);
        resources.addAll(rows);
    }

    private static Resource row(String line) {
        String[] cells = line.split(" ", -1);
        return new Resource(
                cells[0].equals("core") ? "" : cells[0],
                all(cells[1]),
                cells[2],
                cells[3],
                cells[4].equals("namespaced"),
                Set.copyOf(all(cells[5])),
                Set.copyOf(all(cells[6])),
                all(cells[7]));
    }

    private static List<String> all(String cell) {
        return cell.equals("-") ? List.of() : Arrays.asList(cell.split(",", -1));
    }

    public List<Resource> all() {
        return resources;
    }

    /** What a CustomResourceDefinition brings; nothing where it is there already. */
    public void add(Resource resource) {
        if (find(resource.group(), resource.plural()) == null) {
            resources.add(resource);
        }
    }

    /** Takes the kinds of a group and of those below it away, until somebody defines them. */
    public void forget(String group) {
        resources.removeIf(each -> each.group().equals(group) || each.group().endsWith("." + group));
    }

    /** Whether there is the group and version of a path. */
    public boolean serves(String path) {
        return resources.stream()
                .anyMatch(each -> each.versions().stream()
                        .anyMatch(version -> path.startsWith("/apis/" + each.apiVersion(version) + "/")));
    }

    public @Nullable Resource find(String group, String plural) {
        for (Resource each : resources) {
            if (each.plural().equals(plural) && each.group().equals(group)) {
                return each;
            }
        }
        return null;
    }

    /** By the name that {@code kubectl} knows it by: {@code secrets}, or where there are several {@code gateways.networking.istio.io}. */
    public Resource named(String name) {
        for (Resource each : resources) {
            if (each.plural().equals(name) || each.qualified().equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException("the stand-in knows no \"" + name + "\"");
    }

    /** By the kind and version that an object says it is of. */
    public @Nullable Resource of(String apiVersion, String kind) {
        for (Resource each : resources) {
            if (each.kind().equals(kind)
                    && each.versions().stream()
                            .anyMatch(version -> each.apiVersion(version).equals(apiVersion))) {
                return each;
            }
        }
        return null;
    }
}
