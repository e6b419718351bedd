package dev.marchwarden.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;

/**
 * A kind of object: its Java type, and its place in the API. Istio's and the Gateway API's kinds are generic, so that fields of a newer
 * release are kept.
 *
 * @param type what an object of this kind is read as
 */
public record Kind<T extends HasMetadata>(
        Class<T> type, String group, String version, String name, String plural, boolean namespaced) {
    public static final Kind<Namespace> NAMESPACE = of(Namespace.class);
    public static final Kind<Node> NODE = of(Node.class);
    public static final Kind<Pod> POD = of(Pod.class);
    public static final Kind<Secret> SECRET = of(Secret.class);
    public static final Kind<ConfigMap> CONFIG_MAP = of(ConfigMap.class);
    public static final Kind<Service> SERVICE = of(Service.class);
    public static final Kind<ServiceAccount> SERVICE_ACCOUNT = of(ServiceAccount.class);
    public static final Kind<Endpoints> ENDPOINTS = of(Endpoints.class);
    public static final Kind<Deployment> DEPLOYMENT = of(Deployment.class);
    public static final Kind<ReplicaSet> REPLICA_SET = of(ReplicaSet.class);
    public static final Kind<StatefulSet> STATEFUL_SET = of(StatefulSet.class);
    public static final Kind<DaemonSet> DAEMON_SET = of(DaemonSet.class);
    public static final Kind<EndpointSlice> ENDPOINT_SLICE = of(EndpointSlice.class);
    public static final Kind<Lease> LEASE = of(Lease.class);
    public static final Kind<NetworkPolicy> NETWORK_POLICY = of(NetworkPolicy.class);
    public static final Kind<ClusterRole> CLUSTER_ROLE = of(ClusterRole.class);
    public static final Kind<CustomResourceDefinition> CUSTOM_RESOURCE_DEFINITION = of(CustomResourceDefinition.class);
    public static final Kind<MutatingWebhookConfiguration> MUTATING_WEBHOOK_CONFIGURATION =
            of(MutatingWebhookConfiguration.class);
    public static final Kind<ValidatingWebhookConfiguration> VALIDATING_WEBHOOK_CONFIGURATION =
            of(ValidatingWebhookConfiguration.class);
    public static final Kind<GenericKubernetesResource> PEER_AUTHENTICATION =
            generic("security.istio.io", "v1", "PeerAuthentication", "peerauthentications", true);
    public static final Kind<GenericKubernetesResource> AUTHORIZATION_POLICY =
            generic("security.istio.io", "v1", "AuthorizationPolicy", "authorizationpolicies", true);
    public static final Kind<GenericKubernetesResource> SERVICE_ENTRY =
            generic("networking.istio.io", "v1", "ServiceEntry", "serviceentries", true);
    public static final Kind<GenericKubernetesResource> GATEWAY =
            generic("gateway.networking.k8s.io", "v1", "Gateway", "gateways", true);
    public static final Kind<GenericKubernetesResource> GATEWAY_CLASS =
            generic("gateway.networking.k8s.io", "v1", "GatewayClass", "gatewayclasses", false);

    private static final List<Kind<?>> ALL = List.of(
            NAMESPACE,
            NODE,
            POD,
            SECRET,
            CONFIG_MAP,
            SERVICE,
            SERVICE_ACCOUNT,
            ENDPOINTS,
            DEPLOYMENT,
            REPLICA_SET,
            STATEFUL_SET,
            DAEMON_SET,
            ENDPOINT_SLICE,
            LEASE,
            NETWORK_POLICY,
            CLUSTER_ROLE,
            CUSTOM_RESOURCE_DEFINITION,
            MUTATING_WEBHOOK_CONFIGURATION,
            VALIDATING_WEBHOOK_CONFIGURATION,
            PEER_AUTHENTICATION,
            AUTHORIZATION_POLICY,
            SERVICE_ENTRY,
            GATEWAY,
            GATEWAY_CLASS);

    /** One of the kinds above. Throws {@link IllegalArgumentException} for any other. */
    public static Kind<?> named(String apiVersion, String name) {
        return ALL.stream()
                .filter(kind -> kind.apiVersion().equals(apiVersion) && kind.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown kind " + apiVersion + " " + name));
    }

    /** By the annotations of the model. */
    public static <T extends HasMetadata> Kind<T> of(Class<T> type) {
        ResourceDefinitionContext context = ResourceDefinitionContext.fromResourceType(type);
        String group = context.getGroup() == null ? "" : context.getGroup();
        return new Kind<>(
                type, group, context.getVersion(), context.getKind(), context.getPlural(), context.isNamespaceScoped());
    }

    public static Kind<GenericKubernetesResource> generic(
            String group, String version, String name, String plural, boolean namespaced) {
        return new Kind<>(GenericKubernetesResource.class, group, version, name, plural, namespaced);
    }

    /** {@code v1}, or {@code GROUP/VERSION}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The same place in the API, for objects that are read as they are stored. */
    public Kind<GenericKubernetesResource> untyped() {
        return generic(group, version, name, plural, namespaced);
    }

    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(name)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }

    /** @param namespace empty for all, and for a kind that has none */
    String path(String namespace) {
        return (group.isEmpty() ? "/api/" : "/apis/")
                + apiVersion()
                + (namespace.isEmpty() || !namespaced ? "/" : "/namespaces/" + namespace + "/")
                + plural;
    }

    /** For people: {@code Pod shop/web}. */
    public String titled(String namespace, String object) {
        return name + " " + (namespace.isEmpty() || !namespaced ? "" : namespace + "/") + object;
    }

    /** For people: {@code pods in namespace shop}. */
    String collection(String namespace) {
        return plural + (namespace.isEmpty() || !namespaced ? "" : " in namespace " + namespace);
    }
}
