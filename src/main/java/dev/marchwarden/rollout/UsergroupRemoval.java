package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.UsergroupStep;
import dev.marchwarden.bootstrap.UsergroupSteps;
import dev.marchwarden.istio.IstioNames;
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

/** Removes the control plane of a usergroup completely, when nothing uses it. */
public final class UsergroupRemoval {
    private static final List<UsergroupStep> STEPS = UsergroupSteps.ALL.reversed();

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
            WaitLimits limits,
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
        this.removal = new Removal(cluster, helm, limits, progress);
    }

    /** Throws {@link ObstacleException} with all that points at it, {@link StoppedException} where a part fails; both may be run again. */
    public void remove() throws IOException, ObstacleException, StoppedException {
        List<String> obstacles = new UsergroupReferences(cluster, helm, tenancy, usergroup, namespace)
                .obstacles(ClusterInventory.of(cluster));
        if (!obstacles.isEmpty()) {
            throw new ObstacleException(obstacles);
        }
        // As they were applied, from the last one on: webhooks that say Fail go before the istiods that answer them.
        STEPS.stream().takeWhile(step -> !step.hasReleases()).forEach(this::removeObjects);
        removal.releases(
                "istiods", namespace, release -> IstioNames.revisionOf(release).isPresent());
        // What is deleted below one that is still at work is written anew.
        removal.none("pods of istiods", Kind.POD, namespace, IstioNames.ISTIOD_SELECTOR);
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
                secret -> ObjectMetadata.name(secret).equals(IstioNames.CA_SECRET));
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

    private void removeObjects(UsergroupStep step) {
        for (UsergroupStep.Part part : step.parts()) {
            removal.all(
                    StepParts.title(step, part),
                    StepParts.kind(part),
                    part.namespaced() ? namespace : "",
                    object -> StepParts.isIn(namespace, part, object));
        }
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
        List<ConfigMap> maps = new ArrayList<>(cluster.list(Kind.CONFIG_MAP, "", IstioNames.CONFIG_SELECTOR));
        Set<String> namespaces = maps.stream()
                .filter(map -> ObjectMetadata.name(map).equals(IstioNames.ROOT_CONFIG_MAP)
                        && roots.contains(RootCertificates.in(map)))
                .map(ObjectMetadata::namespace)
                .collect(Collectors.toSet());
        // The root last in each namespace: it is what tells whose the others are when this is run again.
        maps.sort(Comparator.comparing(map -> ObjectMetadata.name(map).equals(IstioNames.ROOT_CONFIG_MAP)));
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
        boolean isLast = cluster.list(Kind.DEPLOYMENT, "", IstioNames.ISTIOD_SELECTOR).stream()
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
            if (IstioNames.SHARED_GATEWAY_CLASSES.contains(name)
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
        List<UsergroupStep> others =
                STEPS.stream().dropWhile(step -> !step.hasReleases()).toList();
        for (UsergroupStep step : others.subList(0, others.size() - 1)) {
            any |= removeFromNamespace(step);
        }
        if (!label.isEmpty()) {
            progress.does("remove the label from " + Kind.NAMESPACE.titled("", namespace));
            ObjectNode change = JsonNodeFactory.instance.objectNode();
            change.withObject("/metadata/labels").putNull(tenancy.usergroupLabel());
            cluster.merge(Kind.NAMESPACE, there, change);
            any = true;
        }
        // InstalledLocations finds by it what was interrupted.
        return removeFromNamespace(others.getLast()) || any;
    }

    /** Which controller a GatewayClass is of; empty for none. */
    static String controller(GenericKubernetesResource gatewayClass) {
        return ClusterClient.tree(gatewayClass).at("/spec/controllerName").asText();
    }

    /** Of which class a Gateway is. */
    static String gatewayClass(GenericKubernetesResource gateway) {
        return ClusterClient.tree(gateway).at("/spec/gatewayClassName").asText();
    }

    private boolean removeFromNamespace(UsergroupStep step) throws IOException {
        boolean any = false;
        for (UsergroupStep.Part part : step.parts()) {
            Kind<?> kind = StepParts.kind(part);
            for (HasMetadata object : cluster.list(kind, namespace, ObjectMetadata.OURS)) {
                removal.delete(kind, object);
                any = true;
            }
        }
        return any;
    }
}
