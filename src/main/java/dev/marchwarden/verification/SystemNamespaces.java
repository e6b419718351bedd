package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;

/** Each usergroup has its system namespace, with its label: an istiod reads no mesh-wide policy of one that its selectors leave out. */
final class SystemNamespaces implements Check {
    private static final String NAME = "system-namespace";

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        return snapshot.tenancy().usergroups().stream()
                .map(usergroup -> finding(snapshot, usergroup))
                .toList();
    }

    private static Finding finding(Snapshot snapshot, Usergroup usergroup) {
        String name = usergroup.systemNamespace();
        ObservedNamespace there = snapshot.namespace(name);
        if (there == null) {
            return Finding.error(NAME, name, "there is none", FixCommands.APPLY);
        }
        if (there.isTerminating()) {
            return Finding.error(
                    NAME,
                    name,
                    "it is being deleted, and the control plane of usergroup " + usergroup.name() + " with it",
                    "wait until it is gone, then " + FixCommands.APPLY);
        }
        String key = snapshot.tenancy().usergroupLabel();
        String label = there.label(key);
        if (!label.equals(usergroup.name())) {
            return Finding.error(
                    NAME,
                    name,
                    (label.isEmpty() ? "not labelled " + key : "labelled " + key + "=" + label)
                            + ": its istiod does not read the STRICT policy in it",
                    "`kubectl label namespace " + name + " " + key + "=" + usergroup.name() + " --overwrite`");
        }
        return Finding.ok(NAME, name, "labelled " + key + "=" + label);
    }
}
