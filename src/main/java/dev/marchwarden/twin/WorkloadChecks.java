package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.tenancy.RuleName;

/** The rules about pods and their templates that look at labels only. */
final class WorkloadChecks {
    private static final String PATH = "${variables.path}metadata.labels[" + REVISION + "]";

    /** In a namespace of no usergroup it chooses a mesh, unless no injector looks at the pod. */
    CelCheck revision() {
        return new CelCheck(
                RuleName.WORKLOAD_REVISION,
                "variables.revision != null && (variables.home == null ? !variables.optsOut && !(variables.oldRevision =="
                        + " variables.revision && !variables.oldOptsOut) : variables.oldRevision != variables.revision &&"
                        + " variables.servedBy[?string(variables.revision)] != optional.of(string(variables.home)))",
                "[variables.home].filter(name, name != null)",
                CelText.text("workload-revision: " + PATH + " is \"${variables.revision}\", expected no such label, ")
                        + " + (variables.home == null ? 'for its namespace is in no usergroup: a pod could choose any mesh by this' : 'or \"' + string(variables.usergroups[variables.home]) + '\", which serves usergroup ' + string(variables.home) + ': no control plane of its usergroup injects for this, so its proxy would be another\\'s or none') + "
                        + CelText.text(". Fix: remove " + PATH)
                        + " + (variables.home == null ? ', or ask an owner of a usergroup to let the namespace join' : '')");
    }
}
