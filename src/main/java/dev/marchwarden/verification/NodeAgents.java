package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import java.util.ArrayList;
import java.util.List;

/** No agent on the nodes handles the traffic of all meshes, as those of ambient mode and of the CNI plugin do: a node has one, of one istiod. */
final class NodeAgents implements Check {
    private static final String NAME = "node-agents";

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>(snapshot.daemonSets().stream()
                .filter(daemonSet -> IstioNames.AMBIENT_AGENTS.contains(daemonSet.name()))
                .map(
                        daemonSet -> Finding.warning(
                                NAME,
                                daemonSet.toString(),
                                "works for the pods of all namespaces",
                                "keep the usergroups' namespaces out of ambient mode (rule ambient-mode); the boundary is not enforced there"))
                .toList());
        for (ObservedNamespace member : snapshot.members()) {
            String mode = member.label(MeshLabels.DATAPLANE_MODE);
            if (!mode.isEmpty() && !mode.equals("none")) {
                findings.add(Finding.error(
                        NAME,
                        member.name(),
                        "labelled istio.io/dataplane-mode=" + mode,
                        "`kubectl label namespace " + member.name()
                                + " istio.io/dataplane-mode-`, and restart its workloads"));
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(NAME, "ambient mode, CNI", "there is none"));
        }
        return findings;
    }
}
