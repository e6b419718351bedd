package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.NETWORK;
import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;

/** The rules about a system namespace, and about the right to change the membership of any. */
final class MembershipChecks {
    private static final String SYSTEM = "[variables.system]";

    private final String key;

    MembershipChecks(Tenancy tenancy) {
        this.key = tenancy.usergroupLabel();
    }

    CelCheck otherUsergroup() {
        return system(
                "variables.usergroup != null && variables.usergroup != variables.system"
                        + " && variables.oldUsergroup != variables.usergroup",
                "[variables.system, variables.known].filter(name, name != null)",
                wrongUsergroup("is \"${variables.usergroup}\""));
    }

    CelCheck otherRevision() {
        return system(
                "variables.serving != null && variables.serving != variables.system"
                        + " && variables.oldRevision != variables.revision",
                "[variables.system, variables.serving]",
                CelText.text("system-namespace: metadata.labels[" + REVISION
                                + "] is \"${variables.revision}\", expected no"
                                + " such label, or \"${variables.usergroups[variables.system]}\": another usergroup's"
                                + " control plane would inject what runs here. Fix: ")
                        + " + " + new LabelEditText().remove(REVISION).expression());
    }

    CelCheck lostUsergroup() {
        return system(
                "!variables.deletes && variables.usergroup == null && variables.oldUsergroup == variables.system",
                SYSTEM,
                wrongUsergroup("is missing"));
    }

    CelCheck network() {
        return system(
                "!variables.deletes && variables.network != variables.oldNetwork && !("
                        + AuthorRights.mayAdminister("variables.system") + ")",
                SYSTEM,
                CelText.text("system-namespace: metadata.labels[" + NETWORK + "] ")
                        + " + (variables.network == null ? 'is missing' : 'is \"' + string(variables.network) + '\"') + "
                        + CelText.text(notPermitted(
                                "it sets the network of every workload of the usergroup, and so the gateway to them")));
    }

    /** By somebody who administers the usergroup it is for the webhook to count the members that are left. */
    CelCheck deletion() {
        return system(
                "variables.deletes && !oldObject.?metadata.?deletionTimestamp.hasValue() && !("
                        + AuthorRights.mayAdminister("variables.system") + ")",
                SYSTEM,
                CelText.text("system-namespace: metadata.name is \"${variables.name}\""
                        + notPermitted(
                                "the control plane of the usergroup and its certificate authority would be deleted")));
    }

    CelCheck leaving() {
        return membership("remove a namespace from", "variables.oldKnown");
    }

    CelCheck joining() {
        return membership("add a namespace to", "variables.known");
    }

    private static CelCheck system(String violated, String concerned, String message) {
        return new CelCheck(RuleName.SYSTEM_NAMESPACE, "variables.system != null && " + violated, concerned, message);
    }

    private String wrongUsergroup(String found) {
        return CelText.text("system-namespace: metadata.labels[" + key + "] " + found + ", expected"
                        + " \"${variables.system}\", whose control plane runs here: istiod would no longer read the"
                        + " configuration in its own namespace, mesh-wide STRICT mutual TLS included. Fix: ")
                + " + " + new LabelEditText().set(key, "variables.system").expression();
    }

    private static String notPermitted(String because) {
        return ", expected a change by a mesh admin of usergroup ${variables.system}: " + because
                + ". Fix: ask a mesh admin of ${variables.system} to do this, or the cluster admin to add you to them"
                + " in the tenancy";
    }

    private CelCheck membership(String act, String usergroup) {
        String who = "${variables.system == null ? 'an owner or mesh admin' : 'a mesh admin'}";
        return new CelCheck(
                RuleName.MEMBERSHIP_NOT_PERMITTED,
                "!variables.deletes && variables.usergroup != variables.oldUsergroup && " + usergroup + " != null && !("
                        + "variables.system == null ? (" + AuthorRights.mayUse(usergroup) + ") : ("
                        + AuthorRights.mayAdminister(usergroup) + "))",
                "[" + usergroup + "]",
                CelText.text("membership-not-permitted: metadata.labels[" + key + "] ")
                        + " + (variables.usergroup == null ? 'is missing' : 'is \"' + string(variables.usergroup) + '\"') + "
                        + CelText.text(", expected a change by " + who + " of usergroup ${" + usergroup
                                + "}: ${variables.author}"
                                + " may not " + act + " it. Fix: ask " + who + " of ${" + usergroup
                                + "} to do this, or the cluster admin to add you to them in the tenancy"));
    }
}
