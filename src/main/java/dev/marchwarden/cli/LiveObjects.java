package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ServedKinds;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.map.Findings;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.verification.ObservedMeshes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The configuration and workloads of a cluster, judged one by one as they are read. Left out is what istiod and Kubernetes' own controllers write and an
 * owner may not, for an object does not tell its author: ConfigMaps, Endpoints and EndpointSlices. Secrets are never read.
 */
final class LiveObjects {
    static final List<Kind<GenericKubernetesResource>> CORE = List.of(
            Kind.generic("", "v1", "Service", "services", true),
            Kind.generic("networking.k8s.io", "v1", "Ingress", "ingresses", true));

    static final List<Kind<GenericKubernetesResource>> WORKLOADS = List.of(
            Kind.generic("apps", "v1", "Deployment", "deployments", true),
            Kind.generic("apps", "v1", "StatefulSet", "statefulsets", true),
            Kind.generic("apps", "v1", "DaemonSet", "daemonsets", true),
            Kind.generic("apps", "v1", "ReplicaSet", "replicasets", true),
            Kind.generic("batch", "v1", "CronJob", "cronjobs", true),
            Kind.generic("batch", "v1", "Job", "jobs", true),
            Kind.generic("", "v1", "ReplicationController", "replicationcontrollers", true),
            Kind.generic("", "v1", "Pod", "pods", true));

    private static final Set<String> MAKERS = WORKLOADS.stream()
            .map(kind -> kind.apiVersion() + "/" + kind.name())
            .collect(Collectors.toUnmodifiableSet());

    private final ClusterClient client;
    private final ManifestCheck check;
    private final Findings findings;

    LiveObjects(ClusterClient client, ManifestCheck check, Findings findings) {
        this.client = client;
        this.check = check;
        this.findings = findings;
    }

    /** What cannot be read is among the findings then. */
    void judge(boolean workloads) {
        Set<String> groups = new TreeSet<>();
        ReachTable.shipped().kinds().stream()
                .filter(KindTable::complete)
                .map(KindTable::group)
                .forEach(groups::add);
        for (String group : groups) {
            try {
                ServedKinds.of(client, group).forEach(this::judge);
            } catch (ClusterException e) {
                findings.addUnread(String.valueOf(e.getMessage()));
            }
        }
        CORE.forEach(this::judge);
        if (workloads) {
            WORKLOADS.forEach(this::judge);
        }
    }

    /** The istiods, and the roots that system namespaces are told. */
    void observe(Tenancy tenancy, ObservedMeshes observed) {
        try {
            client.list(Kind.DEPLOYMENT, "", IstioNames.ISTIOD_SELECTOR)
                    .forEach(istiod -> observed.add(ClusterClient.tree(istiod)));
            for (Usergroup usergroup : tenancy.usergroups()) {
                ConfigMap root = client.find(Kind.CONFIG_MAP, usergroup.systemNamespace(), IstioNames.ROOT_CONFIG_MAP);
                if (root != null) {
                    observed.add(ClusterClient.tree(root));
                }
            }
        } catch (ClusterException e) {
            findings.addUnread(String.valueOf(e.getMessage()));
        }
    }

    private void judge(Kind<GenericKubernetesResource> kind) {
        try {
            client.list(kind, "", "", object -> judgement(kind, (ObjectNode) ClusterClient.tree(object)))
                    .forEach(each -> each.ifPresent(findings::add));
        } catch (ClusterException e) {
            findings.addUnread(String.valueOf(e.getMessage()));
        }
    }

    /** None for what another workload made: that one is judged. */
    private Optional<Findings.Judgement> judgement(Kind<?> kind, ObjectNode object) {
        if (isMadeByAnother(object)) {
            return Optional.empty();
        }
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.name()); // which items of a list may lack
        Manifest manifest = new Manifest("the cluster " + client.server(), 1, object);
        return Optional.of(findings.judgement(check.check(manifest)));
    }

    static boolean isMadeByAnother(JsonNode object) {
        return object.at("/metadata/ownerReferences")
                .valueStream()
                .filter(owner -> owner.path("controller").asBoolean())
                .anyMatch(owner -> MAKERS.contains(owner.path("apiVersion").asText() + "/"
                        + owner.path("kind").asText()));
    }
}
