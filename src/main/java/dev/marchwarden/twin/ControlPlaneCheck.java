package dev.marchwarden.twin;

import dev.marchwarden.tenancy.RuleName;

/** A control plane that writes in a namespace of another usergroup, or of none. */
final class ControlPlaneCheck {
    private ControlPlaneCheck() {}

    /** Writes of accounts that leave everything as it is are not sent to the webhook. */
    static CelCheck reach() {
        return new CelCheck(
                RuleName.CONTROL_PLANE_REACH,
                "variables.writer != null && variables.writer != variables.home && (request.operation != 'UPDATE' ||"
                        + " dyn(object).?spec != dyn(oldObject).?spec || dyn(object).?metadata.?labels !="
                        + " dyn(oldObject).?metadata.?labels || dyn(object).?metadata.?annotations !="
                        + " dyn(oldObject).?metadata.?annotations)",
                WorkloadChecks.HOME,
                CelText.text(
                        "control-plane-reach: metadata.namespace is \"${variables.namespaceName}\", expected a namespace"
                                + " of usergroup ${variables.writer}: ${variables.author} is the control plane of that usergroup and"
                                + " of no other. Fix: check the discovery selectors of that control plane (marchwarden verify)"));
    }
}
