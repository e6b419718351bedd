package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.cluster.ObjectName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All that points at the control plane of a usergroup, or would go down with it. */
final class UsergroupUses {
    /** Where the base chart's release is; it may be a system namespace as well. */
    private static final String BASE = "istio-base";

    private static final List<ObjectKind> WORKLOADS =
            List.of(ObjectKind.DEPLOYMENT, ObjectKind.STATEFUL_SET, ObjectKind.DAEMON_SET);

    private final ClusterObjects objects;
    private final Helm helm;
    private final Tenancy tenancy;
    private final String usergroup;
    private final String namespace;

    UsergroupUses(ClusterObjects objects, Helm helm, Tenancy tenancy, String usergroup, String namespace) {
        this.objects = objects;
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
                        + tenancy.usergroupLabel() + "- " + Labels.REVISION + "-`)"));
        List<String> releases = isThere() ? helm.releaseNames(namespace) : List.of();
        obstacles.addAll(new RevisionUses(objects, names(survey, releases)).all(survey));
        gatewaysByClass(obstacles);
        webhooks(survey, obstacles);
        for (String release : releases) {
            if (!release.startsWith(UsergroupRemoval.ISTIOD) && !release.equals(BASE)) {
                obstacles.add("HelmRelease " + namespace + "/" + release
                        + ": in the system namespace, which will be deleted (`helm uninstall " + release + " -n "
                        + namespace
                        + "`)");
            }
        }
        for (ObjectKind kind : WORKLOADS) {
            for (JsonNode workload : objects.list(kind, namespace, "")) {
                if (!Labels.of(workload, "app").equals("istiod")) {
                    obstacles.add(kind.kind() + " " + RevisionUses.place(workload)
                            + ": in the system namespace, which will be deleted (delete it, or move it)");
                }
            }
        }
        return obstacles;
    }

    private boolean isThere() throws IOException {
        return objects.find(ObjectName.of(ObjectKind.NAMESPACE, "", namespace)) != null;
    }

    /** Its revisions and tags, by the tenancy and by what there is. */
    private Set<String> names(ClusterInventory survey, List<String> releases) {
        Set<String> names = new HashSet<>();
        Usergroup its = tenancy.usergroup(usergroup);
        if (its != null) {
            names.addAll(its.revisions());
            names.addAll(its.tags().keySet());
        }
        releases.stream()
                .filter(release -> release.startsWith(UsergroupRemoval.ISTIOD))
                .map(release -> release.substring(UsergroupRemoval.ISTIOD.length()))
                .forEach(names::add);
        survey.mutating().stream()
                .filter(webhook -> Labels.serviceNamespace(webhook).equals(namespace))
                .flatMap(webhook ->
                        List.of(Labels.of(webhook, Labels.TAG), Labels.of(webhook, Labels.REVISION)).stream())
                .filter(name -> !name.isEmpty())
                .forEach(names::add);
        return names;
    }

    private void gatewaysByClass(List<String> obstacles) throws IOException {
        Set<String> classes = objects.list(ObjectKind.GATEWAY_CLASS, "", "").stream()
                .filter(one ->
                        one.at("/spec/controllerName").asText().equals(ClusterNames.gatewayController(usergroup)))
                .map(Labels::name)
                .collect(Collectors.toSet());
        for (JsonNode gateway : objects.list(ObjectKind.GATEWAY, "", "")) {
            String its = gateway.at("/spec/gatewayClassName").asText();
            if (classes.contains(its)) {
                obstacles.add("Gateway " + RevisionUses.place(gateway) + ": of class " + its
                        + " (delete it, or give it another class)");
            }
        }
    }

    private void webhooks(ClusterInventory survey, List<String> obstacles) {
        for (JsonNode webhook : survey.mutating()) {
            String tag = Labels.of(webhook, Labels.TAG);
            if (!Labels.isOurs(webhook)
                    && !tag.isEmpty()
                    && Labels.serviceNamespace(webhook).equals(namespace)) {
                obstacles.add("MutatingWebhookConfiguration " + Labels.name(webhook) + ": tag " + tag
                        + ", set by something else (`istioctl tag remove " + tag + " -i " + namespace + "`)");
            }
        }
        for (JsonNode webhook : survey.validating()) {
            if (!Labels.isOurs(webhook)
                    && Labels.annotation(webhook, "meta.helm.sh/release-name").isEmpty()
                    && Labels.serviceNamespace(webhook).equals(namespace)) {
                obstacles.add("ValidatingWebhookConfiguration " + Labels.name(webhook)
                        + ": sends configuration to this control plane (`kubectl delete validatingwebhookconfiguration "
                        + Labels.name(webhook) + "`)");
            }
        }
    }
}
