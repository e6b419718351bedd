package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.ObjectId;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.ArrayList;
import java.util.List;

/** Finds namespaces with the label of a usergroup that is not set up, or not in the tenancy. */
final class ExistingMembers {
    private final Tenancy tenancy;
    private final ClusterInventory survey;
    private final ClusterState state;

    ExistingMembers(Tenancy tenancy, ClusterInventory survey, ClusterState state) {
        this.tenancy = tenancy;
        this.survey = survey;
        this.state = state;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        survey.namespaces().forEach(namespace -> systemNamespace(namespace, findings));
        for (Usergroup usergroup : tenancy.usergroups()) {
            List<String> early = survey.members(tenancy, usergroup.name()).stream()
                    .filter(name -> !name.equals(usergroup.systemNamespace()))
                    .toList();
            if (!early.isEmpty() && !isThere(usergroup)) {
                findings.add(Finding.warning(
                        "members",
                        "namespaces " + String.join(", ", early),
                        "members of usergroup " + usergroup.name() + ", whose control plane does not exist yet",
                        "restart their workloads afterwards: `marchwarden bootstrap assign NAMESPACE --usergroup "
                                + usergroup.name() + " --restart`"));
            }
        }
        return findings;
    }

    private boolean isThere(Usergroup usergroup) {
        return state.releases().keySet().stream()
                .map(ObjectId::namespace)
                .anyMatch(usergroup.systemNamespace()::equals);
    }

    private void systemNamespace(Namespace namespace, List<Finding> findings) {
        String name = ObjectMetadata.name(namespace);
        String label = ObjectMetadata.label(namespace, tenancy.usergroupLabel());
        Usergroup owner = tenancy.systemNamespaceOwner(name);
        if (owner != null && ObjectMetadata.isTerminating(namespace)) {
            findings.add(Finding.error(
                    "members",
                    "Namespace " + name,
                    "it is being deleted",
                    "wait until it is gone, and run this again"));
        } else if (owner != null && !label.isEmpty() && !label.equals(owner.name())) {
            findings.add(Finding.error(
                    "members",
                    "Namespace " + name,
                    "the system namespace of usergroup " + owner.name() + ", but labelled " + tenancy.usergroupLabel()
                            + "=" + label,
                    "`kubectl label namespace " + name + " " + tenancy.usergroupLabel()
                            + "-`, or another systemNamespace in the tenancy"));
        } else if (!label.isEmpty() && tenancy.usergroup(label) == null) {
            findings.add(Finding.warning(
                    "members",
                    "Namespace " + name,
                    "labelled " + tenancy.usergroupLabel() + "=" + label + ", which is no usergroup of the tenancy",
                    "remove the label, or add the usergroup"));
        }
    }
}
