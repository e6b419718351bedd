package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.ObjectId;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a cluster that separate or connect meshes, at the time they were read. No Secret is among it: what a root is,
 * istiod tells everybody.
 *
 * @param injectors of all istiods, the usergroups' or not
 * @param validators likewise
 * @param own the validating webhook configurations of Marchwarden itself
 * @param services of the system namespaces
 * @param authorizationPolicies of the system namespaces
 * @param networkPolicies of the system namespaces
 * @param written objects of the system namespaces, of the kinds that bootstrap writes and no check reads
 * @param roots PEM of the root certificates that istiod tells the pods of a namespace, by namespace
 */
public record Snapshot(
        Tenancy tenancy,
        List<ObservedNamespace> namespaces,
        List<Istiod> istiods,
        List<IstioWebhook> injectors,
        List<IstioWebhook> validators,
        List<ValidatingWebhookConfiguration> own,
        List<Service> services,
        List<PodState> pods,
        List<JsonNode> peerAuthentications,
        List<JsonNode> authorizationPolicies,
        List<NetworkPolicy> networkPolicies,
        Map<ObjectId, JsonNode> written,
        List<NamespacedName> daemonSets,
        Map<String, String> roots) {
    public Snapshot {
        namespaces = List.copyOf(namespaces);
        istiods = List.copyOf(istiods);
        injectors = List.copyOf(injectors);
        validators = List.copyOf(validators);
        own = List.copyOf(own);
        services = List.copyOf(services);
        pods = List.copyOf(pods);
        peerAuthentications = List.copyOf(peerAuthentications);
        authorizationPolicies = List.copyOf(authorizationPolicies);
        networkPolicies = List.copyOf(networkPolicies);
        written = Map.copyOf(written);
        daemonSets = List.copyOf(daemonSets);
        roots = Map.copyOf(roots);
    }

    public static Snapshot of(Tenancy tenancy, ClusterClient cluster) throws ClusterException {
        List<String> systemNamespaces =
                tenancy.usergroups().stream().map(Usergroup::systemNamespace).toList();
        // First, so that whoever is a member has had the time to get what is read then.
        List<ObservedNamespace> namespaces = cluster.list(Kind.NAMESPACE, "", "", ObservedNamespace::of);
        List<ValidatingWebhookConfiguration> validating = cluster.list(Kind.VALIDATING_WEBHOOK_CONFIGURATION, "", "");
        return new Snapshot(
                tenancy,
                namespaces,
                istiods(cluster),
                cluster.list(Kind.MUTATING_WEBHOOK_CONFIGURATION, "", "").stream()
                        .flatMap(IstioWebhook::injectors)
                        .toList(),
                validating.stream().flatMap(IstioWebhook::validators).toList(),
                validating.stream().filter(OwnWebhooks::isOurs).toList(),
                in(systemNamespaces, namespace -> cluster.list(Kind.SERVICE, namespace, "")),
                cluster.list(Kind.POD, "", "", PodState::of),
                cluster.listTrees(Kind.PEER_AUTHENTICATION, ""),
                in(systemNamespaces, namespace -> cluster.listTrees(Kind.AUTHORIZATION_POLICY, namespace)),
                in(systemNamespaces, namespace -> cluster.list(Kind.NETWORK_POLICY, namespace, "")),
                written(systemNamespaces, cluster),
                cluster.list(Kind.DAEMON_SET, "", "", Snapshot::name),
                roots(cluster));
    }

    private static Map<String, String> roots(ClusterClient cluster) throws ClusterException {
        Map<String, String> roots = new HashMap<>();
        for (ConfigMap map : cluster.list(Kind.CONFIG_MAP, "", IstioNames.CONFIG_SELECTOR)) {
            if (map.getMetadata().getName().equals(IstioNames.ROOT_CONFIG_MAP)) {
                roots.put(map.getMetadata().getNamespace(), map.getData().getOrDefault("root-cert.pem", ""));
            }
        }
        return roots;
    }

    private static Map<ObjectId, JsonNode> written(List<String> namespaces, ClusterClient cluster)
            throws ClusterException {
        Map<ObjectId, JsonNode> written = new HashMap<>();
        for (Kind<?> kind : StepObjects.kinds()) {
            for (JsonNode object : in(namespaces, namespace -> cluster.listTrees(kind, namespace))) {
                // In a list, items of built-in kinds do not say what they are.
                ((ObjectNode) object).put("apiVersion", kind.apiVersion()).put("kind", kind.name());
                written.put(ObjectId.of(object), object);
            }
        }
        return written;
    }

    private static NamespacedName name(HasMetadata object) {
        return new NamespacedName(ObjectMetadata.namespace(object), ObjectMetadata.name(object));
    }

    private interface Reader<T> {
        List<T> list(String namespace) throws ClusterException;
    }

    private static <T> List<T> in(List<String> namespaces, Reader<T> reader) throws ClusterException {
        List<T> all = new ArrayList<>();
        for (String namespace : namespaces) {
            all.addAll(reader.list(namespace));
        }
        return all;
    }

    private static List<Istiod> istiods(ClusterClient cluster) throws ClusterException {
        List<Istiod> all = new ArrayList<>();
        for (Deployment deployment : cluster.list(Kind.DEPLOYMENT, "", IstioNames.ISTIOD_SELECTOR)) {
            ConfigMap found = cluster.find(
                    Kind.CONFIG_MAP,
                    ObjectMetadata.namespace(deployment),
                    IstioNames.meshConfigMap(ObjectMetadata.label(deployment, MeshLabels.REVISION)));
            all.add(Istiod.of(deployment, found));
        }
        return all;
    }

    /** Null where there is none. */
    @Nullable
    ObservedNamespace namespace(String name) {
        return namespaces.stream()
                .filter(namespace -> namespace.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Whose a namespace is by its label, a member or a system namespace; null for nobody's that the tenancy knows. */
    @Nullable
    Usergroup usergroup(ObservedNamespace namespace) {
        return tenancy.usergroup(namespace.label(tenancy.usergroupLabel()));
    }

    /** Of the namespaces with a usergroup's label those that are there to stay, but for system namespaces. */
    List<ObservedNamespace> members(Usergroup usergroup) {
        return namespaces.stream()
                .filter(namespace -> !namespace.isTerminating())
                .filter(namespace -> usergroup.equals(usergroup(namespace)))
                .filter(namespace -> tenancy.systemNamespaceOwner(namespace.name()) == null)
                .toList();
    }

    /** The names of its members and of its system namespace. */
    List<String> namespacesOf(Usergroup usergroup) {
        return Stream.concat(
                        members(usergroup).stream().map(ObservedNamespace::name),
                        Stream.of(usergroup.systemNamespace()))
                .toList();
    }

    /** Whether it is a system namespace whose label says otherwise: of that all else follows. */
    boolean isMislabelled(ObservedNamespace namespace) {
        Usergroup owner = tenancy.systemNamespaceOwner(namespace.name());
        return owner != null && !owner.equals(usergroup(namespace));
    }

    /** All with the label of some usergroup. */
    List<ObservedNamespace> members() {
        return tenancy.usergroups().stream()
                .flatMap(usergroup -> members(usergroup).stream())
                .toList();
    }

    /** Null where there is none. */
    @Nullable
    Istiod istiod(Usergroup usergroup, String revision) {
        return istiods(usergroup).stream()
                .filter(istiod -> istiod.revision().equals(revision))
                .findFirst()
                .orElse(null);
    }

    /** All in a usergroup's system namespace. */
    List<Istiod> istiods(Usergroup usergroup) {
        return istiods.stream()
                .filter(istiod -> istiod.namespace().equals(usergroup.systemNamespace()))
                .toList();
    }

    /** The revision that a Service of a system namespace leads to, of a revision or of a tag; empty where it leads nowhere. */
    String revisionBehind(String namespace, String service) {
        return services.stream()
                .filter(one -> ObjectMetadata.namespace(one).equals(namespace))
                .filter(one -> ObjectMetadata.name(one).equals(service))
                .map(one -> one.getSpec().getSelector().getOrDefault(MeshLabels.REVISION, ""))
                .findFirst()
                .orElse("");
    }

    /** Those of meshes that the tenancy has not. */
    List<Istiod> foreignIstiods() {
        return istiods.stream()
                .filter(istiod -> tenancy.systemNamespaceOwner(istiod.namespace()) == null)
                .toList();
    }

    /** Whose istiod a webhook goes to; null for nobody's that the tenancy knows. */
    @Nullable
    Usergroup owner(IstioWebhook webhook) {
        return tenancy.systemNamespaceOwner(webhook.namespace());
    }

    /** The revision that a label stands for, itself or as a tag; empty for none of the usergroup's. */
    static String revision(Usergroup usergroup, String label) {
        String revision = Objects.requireNonNullElse(usergroup.tags().get(label), label);
        return usergroup.revisions().contains(revision) ? revision : "";
    }
}
