package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Takes away a revision or a tag that the tenancy has no more, once nothing uses it. */
public final class RevisionRemoval {
    private final ClusterObjects objects;
    private final Helm helm;
    private final WaitLimits patience;
    private final Progress progress;
    private final Tenancy tenancy;

    public RevisionRemoval(ClusterObjects objects, Helm helm, WaitLimits patience, Progress progress, Tenancy tenancy) {
        this.objects = objects;
        this.helm = helm;
        this.patience = patience;
        this.progress = progress;
        this.tenancy = tenancy;
    }

    /** Its validator first, which says Fail and would refuse what its istiod cannot answer for; then the istiod. */
    public void revision(Usergroup usergroup, String revision) throws IOException, ObstacleException, StoppedException {
        ClusterInventory survey = ClusterInventory.of(objects);
        List<String> obstacles = new ArrayList<>(wanted(revision));
        for (JsonNode tag : survey.mutating()) {
            String name = ObjectMetadata.label(tag, MeshLabels.TAG);
            if (!name.isEmpty()
                    && ObjectMetadata.label(tag, MeshLabels.REVISION).equals(revision)) {
                obstacles.add("MutatingWebhookConfiguration " + ObjectMetadata.name(tag) + ": tag " + name
                        + " leads to it (move the tag in the tenancy and apply, or remove it by `marchwarden bootstrap remove --tag "
                        + name + "`)");
            }
        }
        obstacles.addAll(new RevisionUses(objects, Set.of(revision)).all(survey));
        refuse(obstacles);
        Removal removal = new Removal(objects, helm, patience, progress);
        removal.all(
                "validator",
                ObjectKind.VALIDATING,
                "",
                validator -> ObjectMetadata.isOurs(validator)
                        && ObjectMetadata.label(validator, MeshLabels.REVISION).equals(revision)
                        && ObjectMetadata.serviceNamespace(validator).equals(usergroup.systemNamespace()));
        removal.releases("istiod-" + revision, usergroup.systemNamespace(), ("istiod-" + revision)::equals);
        removal.run();
    }

    /** The webhook first: without it the Service is nobody's. */
    public void tag(Usergroup usergroup, String tag) throws IOException, ObstacleException, StoppedException {
        List<String> obstacles = new ArrayList<>(wanted(tag));
        obstacles.addAll(new RevisionUses(objects, Set.of(tag)).all(ClusterInventory.of(objects)));
        refuse(obstacles);
        Removal removal = new Removal(objects, helm, patience, progress);
        removal.all(
                "webhook",
                ObjectKind.MUTATING,
                "",
                webhook -> isOf(tag, webhook)
                        && ObjectMetadata.serviceNamespace(webhook).equals(usergroup.systemNamespace()));
        removal.all("service", ObjectKind.SERVICE, usergroup.systemNamespace(), service -> isOf(tag, service));
        removal.run();
    }

    private static boolean isOf(String tag, JsonNode object) {
        return ObjectMetadata.isOurs(object)
                && ObjectMetadata.label(object, MeshLabels.TAG).equals(tag);
    }

    private List<String> wanted(String name) {
        return tenancy.servedBy(name) == null
                ? List.of()
                : List.of("the tenancy has " + name
                        + " (take it out of the file first, or the next apply would bring it back)");
    }

    private static void refuse(List<String> obstacles) throws ObstacleException {
        if (!obstacles.isEmpty()) {
            throw new ObstacleException(obstacles);
        }
    }
}
