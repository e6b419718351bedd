package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What uses the control plane of a usergroup, or would be deleted with it. */
final class UsergroupReferences {
    /** Where the base chart's release is; it may be a system namespace as well. */
    private static final String BASE = "istio-base";

    private static final List<Kind<?>> WORKLOADS = List.of(Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET);

    private final ClusterClient cluster;
    private final Helm helm;
    private final Tenancy tenancy;
    private final String usergroup;
    private final String namespace;

    UsergroupReferences(ClusterClient cluster, Helm helm, Tenancy tenancy, String usergroup, String namespace) {
        this.cluster = cluster;
        this.helm = helm;
        this.tenancy = tenancy;
        this.usergroup = usergroup;
        this.namespace = namespace;
    }

    /** A line for each, with what to do. */
    List<String> obstacles(ClusterInventory survey) throws IOException {
        List<String> obstacles = new ArrayList<>();
        survey.members(tenancy, usergroup).stream()
                .filter(member -> !member.equals(namespace))
                .forEach(member -> obstacles.add("Namespace " + member
                        + ": a member (assign it to another usergroup, or `kubectl label namespace " + member + " "
                        + tenancy.usergroupLabel() + "- " + MeshLabels.REVISION + "-`)"));
        List<String> releases = isThere() ? helm.releaseNames(namespace) : List.of();
        obstacles.addAll(new RevisionReferences(cluster, names(survey, releases)).all(survey));
        gatewaysByClass(obstacles);
        webhooks(survey, obstacles);
        for (String release : releases) {
            if (IstioNames.revisionOf(release).isEmpty() && !release.equals(BASE)) {
                obstacles.add("HelmRelease " + namespace + "/" + release
                        + ": in the system namespace, which will be deleted (`helm uninstall " + release + " -n "
                        + namespace
                        + "`)");
            }
        }
        for (Kind<?> kind : WORKLOADS) {
            for (HasMetadata workload : cluster.list(kind, namespace, "")) {
                if (!ObjectMetadata.label(workload, "app").equals(IstioNames.ISTIOD)) {
                    obstacles.add(kind.name() + " " + RevisionReferences.place(workload)
                            + ": in the system namespace, which will be deleted (delete it, or move it)");
                }
            }
        }
        return obstacles;
    }

    private boolean isThere() throws IOException {
        return cluster.find(Kind.NAMESPACE, "", namespace) != null;
    }

    /** Its revisions and tags, by the tenancy and by what there is. */
    private Set<String> names(ClusterInventory survey, List<String> releases) {
        Set<String> names = new HashSet<>();
        Usergroup its = tenancy.usergroup(usergroup);
        if (its != null) {
            names.addAll(its.revisions());
            names.addAll(its.tags().keySet());
        }
        releases.stream().map(IstioNames::revisionOf).flatMap(Optional::stream).forEach(names::add);
        survey.mutating().stream()
                .filter(webhook -> ObjectMetadata.webhookNamespace(webhook).equals(namespace))
                .flatMap(webhook -> List.of(
                        ObjectMetadata.label(webhook, MeshLabels.TAG),
                        ObjectMetadata.label(webhook, MeshLabels.REVISION))
                        .stream())
                .filter(name -> !name.isEmpty())
                .forEach(names::add);
        return names;
    }

    private void gatewaysByClass(List<String> obstacles) throws IOException {
        Set<String> classes = cluster.list(Kind.GATEWAY_CLASS, "", "").stream()
                .filter(one -> UsergroupRemoval.controller(one).equals(ClusterNames.gatewayController(usergroup)))
                .map(ObjectMetadata::name)
                .collect(Collectors.toSet());
        for (GenericKubernetesResource gateway : cluster.list(Kind.GATEWAY, "", "")) {
            String its = UsergroupRemoval.gatewayClass(gateway);
            if (classes.contains(its)) {
                obstacles.add("Gateway " + RevisionReferences.place(gateway) + ": of class " + its
                        + " (delete it, or give it another class)");
            }
        }
    }

    private void webhooks(ClusterInventory survey, List<String> obstacles) {
        for (MutatingWebhookConfiguration webhook : survey.mutating()) {
            String tag = ObjectMetadata.label(webhook, MeshLabels.TAG);
            if (!ObjectMetadata.isOurs(webhook)
                    && !tag.isEmpty()
                    && ObjectMetadata.webhookNamespace(webhook).equals(namespace)) {
                obstacles.add("MutatingWebhookConfiguration " + ObjectMetadata.name(webhook) + ": tag " + tag
                        + ", set by something else (`istioctl tag remove " + tag + " -i " + namespace + "`)");
            }
        }
        for (ValidatingWebhookConfiguration webhook : survey.validating()) {
            if (!ObjectMetadata.isOurs(webhook)
                    && ObjectMetadata.annotation(webhook, "meta.helm.sh/release-name")
                            .isEmpty()
                    && ObjectMetadata.webhookNamespace(webhook).equals(namespace)) {
                obstacles.add("ValidatingWebhookConfiguration " + ObjectMetadata.name(webhook)
                        + ": sends configuration to this control plane (`kubectl delete validatingwebhookconfiguration "
                        + ObjectMetadata.name(webhook) + "`)");
            }
        }
    }
}
