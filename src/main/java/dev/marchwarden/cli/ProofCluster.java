package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.audit.KnownVersion;
import dev.marchwarden.cluster.ClusterKinds;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.reachability.ReachabilityProof;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.verification.Verification;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a proof reads of a cluster, page by page, each object without what the model does not look at. No Secret is among it. */
final class ProofCluster {
    private static final List<Kind<GenericKubernetesResource>> NETWORK = List.of(
            Kind.generic("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true),
            Kind.generic("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true));

    private final ClusterClient client;
    private final List<Manifest> objects = new ArrayList<>();

    private ProofCluster(ClusterClient client) {
        this.client = client;
    }

    /**
     * @param unread takes what cannot be read, each in one line
     * @param verified takes what verify finds
     */
    static List<Manifest> read(ClusterAccess access, Tenancy tenancy, List<String> unread, List<Finding> verified) {
        try (ClusterClient client = access.client(Cluster.DEADLINE)) {
            ProofCluster cluster = new ProofCluster(client);
            cluster.objects.addAll(ClusterNamespaces.of(client));
            ClusterKinds<List<Manifest>> kinds =
                    ClusterKinds.parts(client, cluster::needed, cluster.objects::add, unread::add);
            ReachabilityProof.groups().forEach(group -> kinds.list(group, KnownVersion::is));
            ClusterKinds.CORE.forEach(kinds::list);
            ClusterKinds.WORKLOADS.forEach(kinds::list);
            NETWORK.forEach(kinds::list);
            cluster.configMaps(tenancy);
            verified.addAll(new Verification(InstantSource.system())
                    .verify(tenancy, client)
                    .findings());
            return cluster.objects;
        } catch (ClusterException e) {
            throw new Failure(e.getMessage() + (e.isForbidden() ? "; docs/proof.md lists the rights" : ""), e);
        } catch (IOException e) {
            throw Cluster.unreadable(e, "what verify looks at");
        }
    }

    /** The mesh configuration of each istiod, and the roots that it tells everybody. */
    private void configMaps(Tenancy tenancy) throws ClusterException {
        for (Usergroup usergroup : tenancy.usergroups()) {
            List<String> names = new ArrayList<>(List.of(IstioNames.ROOT_CONFIG_MAP));
            usergroup.revisions().forEach(revision -> names.add(IstioNames.meshConfigMap(revision)));
            for (String name : names) {
                ConfigMap found = client.find(Kind.CONFIG_MAP, usergroup.systemNamespace(), name);
                if (found != null) {
                    ObjectNode tree = (ObjectNode) ClusterClient.tree(found);
                    objects.add(ClusterKinds.manifest(
                            client, tree.put("apiVersion", "v1").put("kind", "ConfigMap")));
                }
            }
        }
    }

    /** None for what another workload made: that one is read. Of pods themselves, what the injector did counts. */
    private Optional<Manifest> needed(Kind<?> kind, ObjectNode object) {
        boolean pod = kind.name().equals("Pod");
        if (!pod && ClusterKinds.isMadeByAnother(object)) {
            return Optional.empty();
        }
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("managedFields", "ownerReferences", "uid", "resourceVersion", "generation"));
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
            }
        }
        if (!pod) {
            object.remove("status");
            return Optional.of(ClusterKinds.manifest(client, object));
        }
        if (object.path("status") instanceof ObjectNode status) {
            status.retain("phase", "podIP", "podIPs");
        }
        boolean injected = object.at("/metadata/annotations").has(IstioAnnotations.SIDECAR_STATUS);
        if (object.path("spec") instanceof ObjectNode spec) {
            spec.retain("hostNetwork", "containers", "initContainers", injected ? "hostNetwork" : "volumes");
            containers(spec.path("containers"));
            containers(spec.path("initContainers"));
        }
        return Optional.of(ClusterKinds.manifest(client, object));
    }

    /** Of a container whose name is the proxy's everything counts. */
    private static void containers(JsonNode containers) {
        for (JsonNode container : containers) {
            if (container instanceof ObjectNode its
                    && !its.path("name").asText().startsWith("istio-")) {
                its.retain("name", "securityContext");
            }
        }
    }
}
