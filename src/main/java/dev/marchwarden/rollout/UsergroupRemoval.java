package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes the control plane of a usergroup away, once nothing points at it, and leaves nothing of it behind. */
public final class UsergroupRemoval {
    static final String ISTIOD = "istiod-";
    private static final String ROOT_CONFIG_MAP = "istio-ca-root-cert";

    /** The last one first that a mesh can do without. */
    private static final List<Kind<?>> MESH_POLICIES =
            List.of(Kind.SERVICE_ENTRY, Kind.AUTHORIZATION_POLICY, Kind.PEER_AUTHENTICATION);

    private final ClusterClient cluster;
    private final Helm helm;
    private final Tenancy tenancy;
    private final String usergroup;
    private final String namespace;
    private final Removal removal;
    private final Progress progress;

    /**
     * @param namespace its system namespace
     */
    public UsergroupRemoval(
            ClusterClient cluster,
            Helm helm,
            WaitLimits patience,
            Progress progress,
            Tenancy tenancy,
            String usergroup,
            String namespace) {
        this.cluster = cluster;
        this.helm = helm;
        this.tenancy = tenancy;
        this.usergroup = usergroup;
        this.namespace = namespace;
        this.progress = progress;
        this.removal = new Removal(cluster, helm, patience, progress);
    }

    /** Throws {@link ObstacleException} with all that points at it, {@link StoppedException} where a part fails; both may be run again. */
    public void remove() throws IOException, ObstacleException, StoppedException {
        List<String> obstacles =
                new UsergroupUses(cluster, helm, tenancy, usergroup, namespace).obstacles(ClusterInventory.of(cluster));
        if (!obstacles.isEmpty()) {
            throw new ObstacleException(obstacles);
        }
        // They say Fail: without their istiod nothing that they take could be written any more.
        removal.all(
                "validators",
                Kind.VALIDATING_WEBHOOK_CONFIGURATION,
                "",
                validator -> ObjectMetadata.isOurs(validator)
                        && ObjectMetadata.serviceNamespace(validator).equals(namespace));
        removal.all(
                "tags",
                Kind.MUTATING_WEBHOOK_CONFIGURATION,
                "",
                webhook -> ObjectMetadata.isOurs(webhook)
                        && ObjectMetadata.serviceNamespace(webhook).equals(namespace)
                        && !ObjectMetadata.label(webhook, MeshLabels.TAG).isEmpty());
        removal.all("services of tags", Kind.SERVICE, namespace, ObjectMetadata::isOurs);
        removal.releases("istiods", namespace, release -> release.startsWith(ISTIOD));
        // What is deleted below one that is still at work is written anew.
        removal.none("pods of istiods", Kind.POD, namespace, "app=istiod");
        String controller = ClusterNames.gatewayController(usergroup);
        removal.all(
                "gateway classes",
                Kind.GATEWAY_CLASS,
                "",
                one -> controller(one).equals(controller));
        removal.part("gateway classes of every istiod", this::removeSharedClasses);
        // Before the Secret, for that says which of them are ours; nobody writes them anew, the istiods are gone.
        removal.part("root certificates", this::removeRoots);
        removal.all(
                "CA",
                Kind.SECRET,
                namespace,
                secret -> ObjectMetadata.name(secret).equals("istio-ca-secret"));
        removal.all(
                "leases",
                Kind.LEASE,
                namespace,
                lease -> ObjectMetadata.name(lease).startsWith("istio-"));
        removal.all(
                "election records",
                Kind.CONFIG_MAP,
                namespace,
                record -> ObjectMetadata.name(record).startsWith("istio-")
                        && !ObjectMetadata.annotation(record, "control-plane.alpha.kubernetes.io/leader")
                                .isEmpty());
        removal.part("namespace", this::removeNamespace);
        removal.run();
    }

    private boolean removeRoots() throws IOException {
        Set<String> roots = RootCertificates.of(cluster, namespace);
        Set<String> others = ClusterInventory.of(cluster).namespaces().stream()
                .filter(one -> {
                    String label = ObjectMetadata.label(one, tenancy.usergroupLabel());
                    return !label.isEmpty() && !label.equals(usergroup);
                })
                .map(ObjectMetadata::name)
                .collect(Collectors.toSet());
        List<ConfigMap> maps = new ArrayList<>(cluster.list(Kind.CONFIG_MAP, "", "istio.io/config=true"));
        Set<String> namespaces = maps.stream()
                .filter(map ->
                        ObjectMetadata.name(map).equals(ROOT_CONFIG_MAP) && roots.contains(RootCertificates.in(map)))
                .map(ObjectMetadata::namespace)
                .collect(Collectors.toSet());
        // The root last in each namespace: it is what tells whose the others are when this is run again.
        maps.sort(Comparator.comparing(map -> ObjectMetadata.name(map).equals(ROOT_CONFIG_MAP)));
        boolean any = false;
        for (ConfigMap map : maps) {
            // Others than the root, as istio-ca-crl, do not say whose they are: they go with the root of their
            // namespace.
            if (ObjectMetadata.name(map).startsWith("istio-")
                    && !others.contains(ObjectMetadata.namespace(map))
                    && namespaces.contains(ObjectMetadata.namespace(map))) {
                removal.delete(Kind.CONFIG_MAP, map);
                any = true;
            }
        }
        return any;
    }

    /** They are made by whichever istiod comes first, and are nobody's once none is left. */
    private boolean removeSharedClasses() throws IOException {
        boolean isLast = cluster.list(Kind.DEPLOYMENT, "", "app=istiod").stream()
                .map(ObjectMetadata::namespace)
                .allMatch(namespace::equals);
        if (!isLast) {
            return false;
        }
        Set<String> used = cluster.list(Kind.GATEWAY, "", "").stream()
                .map(gateway -> gatewayClass(gateway))
                .collect(Collectors.toSet());
        boolean any = false;
        for (GenericKubernetesResource one : cluster.list(Kind.GATEWAY_CLASS, "", "")) {
            String name = ObjectMetadata.name(one);
            if (ClusterNames.SHARED_CLASSES.contains(name)
                    && !used.contains(name)
                    && controller(one).startsWith("istio.io/")) {
                removal.delete(Kind.GATEWAY_CLASS, one);
                any = true;
            }
        }
        return any;
    }

    /**
     * What is in it goes with it: our own webhook lets nobody else take the STRICT policy from a system namespace. One that holds other releases, as that of the base chart, is nobody's to delete: it is just no system namespace any more. */
    private boolean removeNamespace() throws IOException {
        Namespace there = cluster.find(Kind.NAMESPACE, "", namespace);
        if (there == null) {
            return false;
        }
        String label = ObjectMetadata.label(there, tenancy.usergroupLabel());
        // Found by its NetworkPolicy alone, it has been through this: had it been to go, it would be gone.
        boolean isToGo = !label.isEmpty() || tenancy.usergroup(usergroup) != null;
        if (isToGo && helm.releaseNames(namespace).isEmpty()) {
            removal.delete(Kind.NAMESPACE, there);
            return true;
        }
        boolean any = false;
        for (Kind<?> kind : MESH_POLICIES) {
            any |= removePolicies(kind);
        }
        if (!label.isEmpty()) {
            progress.does("take the label from " + Kind.NAMESPACE.titled("", namespace));
            ObjectNode change = JsonNodeFactory.instance.objectNode();
            change.withObject("/metadata/labels").putNull(tenancy.usergroupLabel());
            cluster.merge(Kind.NAMESPACE, there, change);
            any = true;
        }
        // The last of all: by this one Origins finds what was cut short.
        return removePolicies(Kind.NETWORK_POLICY) || any;
    }

    /** Which controller a GatewayClass is of; empty for none. */
    static String controller(GenericKubernetesResource gatewayClass) {
        return ClusterClient.tree(gatewayClass).at("/spec/controllerName").asText();
    }

    /** Of which class a Gateway is. */
    static String gatewayClass(GenericKubernetesResource gateway) {
        return ClusterClient.tree(gateway).at("/spec/gatewayClassName").asText();
    }

    private boolean removePolicies(Kind<? extends HasMetadata> kind) throws IOException {
        List<? extends HasMetadata> policies = cluster.list(kind, namespace, ObjectMetadata.OURS);
        for (HasMetadata policy : policies) {
            removal.delete(kind, policy);
        }
        return !policies.isEmpty();
    }
}
