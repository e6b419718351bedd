package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.InstalledRelease;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.kubernetes.WorkloadStatus;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The status of one istiod.
 *
 * @param chart name and version of what is installed; empty where nothing is
 * @param isAvailable whether a pod of it is ready
 * @param tags of the tenancy that stand for it
 * @param namespaces how many go by it, or by one of its tags
 */
public record ControlPlaneStatus(
        String usergroup, String revision, String chart, boolean isAvailable, List<String> tags, long namespaces) {
    public ControlPlaneStatus {
        tags = List.copyOf(tags);
    }

    /** In the order of the tenancy. */
    public static List<ControlPlaneStatus> of(
            Tenancy tenancy, ClusterState state, ClusterInventory survey, ClusterClient cluster) throws IOException {
        List<ControlPlaneStatus> all = new ArrayList<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            for (String revision : usergroup.revisions()) {
                String release = IstioNames.istiod(revision);
                String chart = state.releases().entrySet().stream()
                        .filter(one -> one.getKey().namespace().equals(usergroup.systemNamespace())
                                && one.getKey().name().equals(release))
                        .map(Map.Entry::getValue)
                        .map(InstalledRelease::chart)
                        .findFirst()
                        .orElse("");
                List<String> tags = usergroup.tagsOf(revision);
                long namespaces = survey.namespaces().stream()
                        .map(namespace -> ObjectMetadata.label(namespace, MeshLabels.REVISION))
                        .filter(label -> label.equals(revision) || tags.contains(label))
                        .count();
                all.add(new ControlPlaneStatus(
                        usergroup.name(),
                        revision,
                        chart,
                        WorkloadStatus.isAvailable(cluster.find(Kind.DEPLOYMENT, usergroup.systemNamespace(), release)),
                        tags,
                        namespaces));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return "usergroup " + usergroup + ", revision " + revision
                + (tags.isEmpty() ? "" : " (tag " + String.join(", ", tags) + ")") + ": "
                + (chart.isEmpty() ? "not installed" : chart + (isAvailable ? ", available" : ", not available")) + ", "
                + namespaces + (namespaces == 1 ? " namespace" : " namespaces");
    }
}
