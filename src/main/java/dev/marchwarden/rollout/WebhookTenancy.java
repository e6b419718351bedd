package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Checks that an installed webhook of Marchwarden knows the tenancy of the plan. Until it knows a revision it denies the istiod of it, in the middle
 * of an apply. It is asked by a dry run, which stores nothing.
 */
final class WebhookTenancy {
    private static final List<RuleName> TOLD_BY = List.of(
            RuleName.UNKNOWN_USERGROUP,
            RuleName.UNKNOWN_REVISION,
            RuleName.REVISION_MISMATCH,
            RuleName.CONFIG_REVISION_MISMATCH);

    /** As the chart names it. */
    private static final String WEBHOOK = "namespaces.marchwarden.dev";

    private final ClusterClient cluster;

    WebhookTenancy(ClusterClient cluster) {
        this.cluster = cluster;
    }

    /** An error for each usergroup of which a revision or tag is set up and not known. */
    List<Finding> findings(DesiredState desired, Plan plan) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : desired.tenancy().usergroups()) {
            if (plan.steps().stream()
                    .noneMatch(step -> !step.isDone() && step.step().name().startsWith(usergroup.name() + "/"))) {
                continue;
            }
            List<String> unknown = new ArrayList<>();
            try {
                for (String revision : names(usergroup)) {
                    if (isUnknown(desired.tenancy(), usergroup.name(), revision)) {
                        unknown.add(revision);
                    }
                }
            } catch (ClusterException e) {
                findings.add(Finding.warning(
                        "webhook-tenancy",
                        "usergroup " + usergroup.name(),
                        "it is not known whether the API server would take its namespaces: " + e.getMessage(),
                        "if it is Marchwarden's webhook that does not answer, fix it first"));
                continue;
            }
            if (!unknown.isEmpty()) {
                findings.add(Finding.error(
                        "webhook-tenancy",
                        "usergroup " + usergroup.name(),
                        "Marchwarden's webhook does not know " + String.join(", ", unknown)
                                + " as a revision or tag of it, and would deny what uses it",
                        "`helm upgrade` the webhook's chart with this usergroup; its pods know it when their log says"
                                + " `tenancy reloaded`, after two minutes at most. Then run this again"));
            }
        }
        return findings;
    }

    private static List<String> names(Usergroup usergroup) {
        return Stream.concat(usergroup.revisions().stream(), usergroup.tags().keySet().stream())
                .toList();
    }

    private boolean isUnknown(Tenancy tenancy, String usergroup, String revision) throws ClusterException {
        Namespace namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withGenerateName("marchwarden-preflight-")
                .withLabels(Map.of(tenancy.usergroupLabel(), usergroup, MeshLabels.REVISION, revision))
                .endMetadata()
                .build();
        try {
            cluster.createInDryRun(Kind.NAMESPACE, namespace);
            return false;
        } catch (ClusterException e) {
            if (!e.isForbidden()) {
                throw e;
            }
            // Others may deny it, or the user may not create namespaces at all: that says nothing about the tenancy.
            String message = String.valueOf(e.getMessage());
            return message.contains(WEBHOOK)
                    && TOLD_BY.stream().anyMatch(rule -> message.contains(rule.spelling() + ": "));
        }
    }
}
