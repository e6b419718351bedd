package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.tenancy.RuleName;
import java.util.List;
import java.util.stream.Stream;

/** The rules about pods and their templates, as far as labels, annotations and single fields decide. */
final class WorkloadChecks {
    static final String HOME = "[variables.home].filter(name, name != null)";

    private static final String PATH = "${variables.path}metadata.labels[" + REVISION + "]";

    List<CelCheck> all() {
        return Stream.of(
                        List.of(revision()),
                        new OptOutChecks().all(),
                        new ProxyChecks().all(),
                        List.of(foreignInjection()))
                .flatMap(List::stream)
                .toList();
    }

    /** In a namespace of no usergroup it chooses a mesh, unless no injector looks at the pod. */
    private static CelCheck revision() {
        return new CelCheck(
                RuleName.WORKLOAD_REVISION,
                "variables.revision != null && (variables.home == null ? !variables.optsOut && !(variables.oldRevision =="
                        + " variables.revision && !variables.oldOptsOut) : variables.oldRevision != variables.revision &&"
                        + " variables.servedBy[?string(variables.revision)] != optional.of(string(variables.home)))",
                HOME,
                CelText.text("workload-revision: " + PATH + " is \"${variables.revision}\", expected no such label, ")
                        + " + (variables.home == null ? 'because its namespace is in no usergroup: a pod could choose any mesh with this label' : 'or \"' + string(variables.usergroups[variables.home]) + '\", which serves usergroup ' + string(variables.home) + ': no control plane of its usergroup injects this revision, so the pod would have a proxy of another mesh or none') + "
                        + CelText.text(". Fix: remove " + PATH)
                        + " + (variables.home == null ? ', or ask an owner of a usergroup to let the namespace join' : '')");
    }

    /** By the annotation that names a revision; the status beside it is JSON, which CEL cannot read. */
    private static CelCheck foreignInjection() {
        PodField stamp = PodField.annotation(REVISION);
        return new CelCheck(
                RuleName.FOREIGN_INJECTION,
                stamp.isNew()
                        + " && (variables.home == null ? %1$s in variables.servedBy : variables.servedBy[?%1$s] != optional.of(string(variables.home)))"
                                .formatted(stamp.text()),
                HOME,
                stamp.is(RuleName.FOREIGN_INJECTION)
                        + " + ', expected ' + (variables.home == null ? 'no proxy of the tenancy\\'s meshes, because its namespace is in no usergroup' : '\"' + string(variables.usergroups[variables.home]) + '\", which serves usergroup ' + string(variables.home)) + "
                        + CelText.text(": its proxy would belong to a mesh that its namespace is not in. Fix: ")
                        + " + (request.kind.kind == 'Pod' ? 'fix the labels of the namespace, then create the pod again from what its author wrote' : "
                        + CelText.text("remove " + stamp.path() + ", which only an injector writes") + ")");
    }
}
