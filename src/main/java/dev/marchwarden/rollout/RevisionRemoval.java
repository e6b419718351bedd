package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.UsergroupStep.Scope;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Removes a revision or tag that is no longer in the tenancy, when nothing uses it. */
public final class RevisionRemoval {
    private final ClusterClient cluster;
    private final Helm helm;
    private final WaitLimits limits;
    private final Progress progress;
    private final Tenancy tenancy;

    public RevisionRemoval(ClusterClient cluster, Helm helm, WaitLimits limits, Progress progress, Tenancy tenancy) {
        this.cluster = cluster;
        this.helm = helm;
        this.limits = limits;
        this.progress = progress;
        this.tenancy = tenancy;
    }

    /** Its validator first, which says Fail and would refuse what its istiod cannot answer for; then the istiod. */
    public void revision(Usergroup usergroup, String revision) throws IOException, ObstacleException, StoppedException {
        ClusterInventory survey = ClusterInventory.of(cluster);
        List<String> obstacles = new ArrayList<>(wanted(revision));
        for (MutatingWebhookConfiguration tag : survey.mutating()) {
            String name = ObjectMetadata.label(tag, MeshLabels.TAG);
            if (!name.isEmpty()
                    && ObjectMetadata.label(tag, MeshLabels.REVISION).equals(revision)) {
                obstacles.add("MutatingWebhookConfiguration " + ObjectMetadata.name(tag) + ": tag " + name
                        + " leads to it (move the tag in the tenancy and apply, or remove it by `marchwarden bootstrap remove --tag "
                        + name + "`)");
            }
        }
        obstacles.addAll(new RevisionReferences(cluster, Set.of(revision)).all(survey));
        refuse(obstacles);
        Removal removal = new Removal(cluster, helm, limits, progress);
        StepParts.remove(removal, Scope.REVISION, revision, usergroup.systemNamespace());
        String istiod = IstioNames.istiod(revision);
        removal.releases(istiod, usergroup.systemNamespace(), istiod::equals);
        removal.run();
    }

    /** The webhook first: without it the Service is nobody's. */
    public void tag(Usergroup usergroup, String tag) throws IOException, ObstacleException, StoppedException {
        List<String> obstacles = new ArrayList<>(wanted(tag));
        obstacles.addAll(new RevisionReferences(cluster, Set.of(tag)).all(ClusterInventory.of(cluster)));
        refuse(obstacles);
        Removal removal = new Removal(cluster, helm, limits, progress);
        StepParts.remove(removal, Scope.TAG, tag, usergroup.systemNamespace());
        removal.run();
    }

    private List<String> wanted(String name) {
        return tenancy.servedBy(name) == null
                ? List.of()
                : List.of("the tenancy has " + name
                        + " (remove it from the file first, or the next apply would bring it back)");
    }

    private static void refuse(List<String> obstacles) throws ObstacleException {
        if (!obstacles.isEmpty()) {
            throw new ObstacleException(obstacles);
        }
    }
}
