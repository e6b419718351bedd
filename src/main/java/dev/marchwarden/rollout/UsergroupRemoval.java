package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.cluster.ObjectName;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Takes the control plane of a usergroup away, once nothing points at it, and leaves nothing of it behind. */
public final class UsergroupRemoval {
    static final String ISTIOD = "istiod-";
    private static final String ROOT_CONFIG_MAP = "istio-ca-root-cert";

    /** The last one first that a mesh can do without. */
    private static final List<ObjectKind> MESH_POLICIES =
            List.of(ObjectKind.SERVICE_ENTRY, ObjectKind.AUTHORIZATION_POLICY, ObjectKind.PEER_AUTHENTICATION);

    private final ClusterObjects objects;
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
            ClusterObjects objects,
            Helm helm,
            WaitLimits patience,
            Progress progress,
            Tenancy tenancy,
            String usergroup,
            String namespace) {
        this.objects = objects;
        this.helm = helm;
        this.tenancy = tenancy;
        this.usergroup = usergroup;
        this.namespace = namespace;
        this.progress = progress;
        this.removal = new Removal(objects, helm, patience, progress);
    }

    /** Throws {@link ObstacleException} with all that points at it, {@link StoppedException} where a part fails; both may be run again. */
    public void remove() throws IOException, ObstacleException, StoppedException {
        List<String> obstacles =
                new UsergroupUses(objects, helm, tenancy, usergroup, namespace).obstacles(ClusterInventory.of(objects));
        if (!obstacles.isEmpty()) {
            throw new ObstacleException(obstacles);
        }
        Predicate<JsonNode> ours = ObjectMetadata::isOurs;
        Predicate<JsonNode> its =
                ours.and(webhook -> ObjectMetadata.serviceNamespace(webhook).equals(namespace));
        // They say Fail: without their istiod nothing that they take could be written any more.
        removal.all("validators", ObjectKind.VALIDATING, "", its);
        removal.all(
                "tags",
                ObjectKind.MUTATING,
                "",
                its.and(webhook ->
                        !ObjectMetadata.label(webhook, MeshLabels.TAG).isEmpty()));
        removal.all("services of tags", ObjectKind.SERVICE, namespace, ours);
        removal.releases("istiods", namespace, release -> release.startsWith(ISTIOD));
        // What is deleted below one that is still at work is written anew.
        removal.none("pods of istiods", ObjectKind.POD, namespace, "app=istiod");
        String controller = ClusterNames.gatewayController(usergroup);
        removal.all(
                "gateway classes",
                ObjectKind.GATEWAY_CLASS,
                "",
                one -> one.at("/spec/controllerName").asText().equals(controller));
        removal.part("gateway classes of every istiod", this::removeSharedClasses);
        // Before the Secret, for that says which of them are ours; nobody writes them anew, the istiods are gone.
        removal.part("root certificates", this::removeRoots);
        removal.all(
                "CA",
                ObjectKind.SECRET,
                namespace,
                secret -> ObjectMetadata.name(secret).equals("istio-ca-secret"));
        removal.all(
                "leases",
                ObjectKind.LEASE,
                namespace,
                lease -> ObjectMetadata.name(lease).startsWith("istio-"));
        removal.all(
                "election records",
                ObjectKind.CONFIG_MAP,
                namespace,
                record -> ObjectMetadata.name(record).startsWith("istio-")
                        && !ObjectMetadata.annotation(record, "control-plane.alpha.kubernetes.io/leader")
                                .isEmpty());
        removal.part("namespace", this::removeNamespace);
        removal.run();
    }

    private boolean removeRoots() throws IOException {
        Set<String> roots = RootCertificates.of(objects, namespace);
        Set<String> others = ClusterInventory.of(objects).namespaces().stream()
                .filter(one -> {
                    String label = ObjectMetadata.label(one, tenancy.usergroupLabel());
                    return !label.isEmpty() && !label.equals(usergroup);
                })
                .map(ObjectMetadata::name)
                .collect(Collectors.toSet());
        List<JsonNode> maps = new ArrayList<>(objects.list(ObjectKind.CONFIG_MAP, "", "istio.io/config=true"));
        Set<String> namespaces = maps.stream()
                .filter(map ->
                        ObjectMetadata.name(map).equals(ROOT_CONFIG_MAP) && roots.contains(RootCertificates.in(map)))
                .map(ObjectMetadata::namespace)
                .collect(Collectors.toSet());
        // The root last in each namespace: it is what tells whose the others are when this is run again.
        maps.sort(Comparator.comparing(map -> ObjectMetadata.name(map).equals(ROOT_CONFIG_MAP)));
        boolean any = false;
        for (JsonNode map : maps) {
            // Others than the root, as istio-ca-crl, do not say whose they are: they go with the root of their
            // namespace.
            if (ObjectMetadata.name(map).startsWith("istio-")
                    && !others.contains(ObjectMetadata.namespace(map))
                    && namespaces.contains(ObjectMetadata.namespace(map))) {
                removal.delete(ObjectKind.CONFIG_MAP, map);
                any = true;
            }
        }
        return any;
    }

    /** They are made by whichever istiod comes first, and are nobody's once none is left. */
    private boolean removeSharedClasses() throws IOException {
        boolean isLast = objects.list(ObjectKind.DEPLOYMENT, "", "app=istiod").stream()
                .map(ObjectMetadata::namespace)
                .allMatch(namespace::equals);
        if (!isLast) {
            return false;
        }
        Set<String> used = objects.list(ObjectKind.GATEWAY, "", "").stream()
                .map(gateway -> gateway.at("/spec/gatewayClassName").asText())
                .collect(Collectors.toSet());
        boolean any = false;
        for (JsonNode one : objects.list(ObjectKind.GATEWAY_CLASS, "", "")) {
            String name = ObjectMetadata.name(one);
            if (ClusterNames.SHARED_CLASSES.contains(name)
                    && !used.contains(name)
                    && one.at("/spec/controllerName").asText().startsWith("istio.io/")) {
                removal.delete(ObjectKind.GATEWAY_CLASS, one);
                any = true;
            }
        }
        return any;
    }

    /**
     * What is in it goes with it: our own webhook lets nobody else take the STRICT policy from a system namespace. One that holds other releases, as that of the base chart, is nobody's to delete: it is just no system namespace any more. */
    private boolean removeNamespace() throws IOException {
        ObjectName name = ObjectName.of(ObjectKind.NAMESPACE, "", namespace);
        JsonNode there = objects.find(name);
        if (there == null) {
            return false;
        }
        String label = ObjectMetadata.label(there, tenancy.usergroupLabel());
        // Found by its NetworkPolicy alone, it has been through this: had it been to go, it would be gone.
        boolean isToGo = !label.isEmpty() || tenancy.usergroup(usergroup) != null;
        if (isToGo && helm.releaseNames(namespace).isEmpty()) {
            removal.delete(ObjectKind.NAMESPACE, there);
            return true;
        }
        boolean any = false;
        for (ObjectKind kind : MESH_POLICIES) {
            any |= removePolicies(kind);
        }
        if (!label.isEmpty()) {
            progress.does("take the label from " + name);
            ArrayNode patch = JsonNodeFactory.instance.arrayNode();
            patch.addObject()
                    .put("op", "remove")
                    .put(
                            "path",
                            "/metadata/labels/"
                                    + tenancy.usergroupLabel()
                                            .replace("~", "~0")
                                            .replace("/", "~1"));
            objects.patch(name, there, patch);
            any = true;
        }
        // The last of all: by this one Origins finds what was cut short.
        return removePolicies(ObjectKind.NETWORK_POLICY) || any;
    }

    private boolean removePolicies(ObjectKind kind) throws IOException {
        List<JsonNode> policies = objects.list(kind, namespace, ObjectMetadata.OURS);
        for (JsonNode policy : policies) {
            removal.delete(kind, policy);
        }
        return !policies.isEmpty();
    }
}
