package dev.marchwarden.verification;

import dev.marchwarden.tenancy.Usergroup;

/** Commands that fix a finding. */
final class FixCommands {
    /** Whatever bootstrap has set up. */
    static final String APPLY = "`marchwarden bootstrap apply`";

    private FixCommands() {}

    /** Gives the pods of a member the sidecar of its label, those that have another. */
    static String restart(Usergroup usergroup, ObservedNamespace namespace, String label) {
        String which = usergroup.tags().containsKey(label) ? " --tag " : " --revision ";
        boolean isDefault = usergroup.defaultRevision().equals(label)
                || Snapshot.revision(usergroup, label).isEmpty();
        return "`marchwarden bootstrap assign " + namespace.name() + " --usergroup " + usergroup.name()
                + (isDefault ? "" : which + label)
                + " --restart`";
    }

    /** What a usergroup's istiod does not answer is somebody else's, who may need it: it is only to leave the usergroups out. */
    static String leaveOut(Snapshot snapshot, IstioWebhook webhook, String kind) {
        return snapshot.owner(webhook) == null
                ? "let the namespaceSelector of " + kind + " " + webhook.configuration() + " leave out namespaces with "
                        + snapshot.tenancy().usergroupLabel()
                : delete(kind, webhook.configuration()) + ", then " + APPLY;
    }

    static String delete(String kind, String name) {
        return "`kubectl delete " + kind + " " + name + "`";
    }

    static String delete(String kind, String namespace, String name) {
        return "`kubectl -n " + namespace + " delete " + kind + " " + name + "`";
    }
}
