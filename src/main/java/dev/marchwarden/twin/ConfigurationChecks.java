package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.tenancy.RuleName;
import java.util.List;
import java.util.stream.Stream;

/** The rules about configuration of Istio and the Gateway API whose verdict follows from the object, its namespace and the author. */
final class ConfigurationChecks {
    /** What a mesh-wide deletion opens. */
    private static final List<String> RESTRICTING = List.of(
            "AuthorizationPolicy",
            "PeerAuthentication",
            "RequestAuthentication",
            "Sidecar",
            "EnvoyFilter",
            "WasmPlugin",
            "TrafficExtension");

    private static final String HOME = WorkloadChecks.HOME;
    private static final String SYSTEM = "[variables.system]";
    private static final String REVISION_LABEL = "metadata.labels[" + REVISION + "]";
    private static final String CLOSED = "['STRICT', 'UNSET', '']";
    private static final String WAS_STRICT = "variables.oldWide && variables.oldMode == 'STRICT'";

    List<CelCheck> all() {
        return Stream.of(
                        List.of(
                                outsideMesh(),
                                revision(),
                                mode(),
                                port(),
                                unset(),
                                deletion(),
                                selector(),
                                narrowedByRevision(),
                                meshWide()),
                        ForeignNameChecks.all(),
                        new CodeChecks().all())
                .flatMap(List::stream)
                .toList();
    }

    /** What is there already stays as it was. */
    private static CelCheck outsideMesh() {
        return new CelCheck(
                RuleName.CONFIG_OUTSIDE_MESH,
                "variables.creates && variables.home == null",
                HOME,
                CelText.text(
                        "config-outside-mesh: metadata.namespace is \"${variables.namespaceName}\", expected a namespace"
                                + " of a usergroup: no control plane of the tenancy reads configuration there, so it would have no effect."
                                + " Fix: write it into a member namespace, or ask an owner of a usergroup to let this namespace"
                                + " join"));
    }

    private static CelCheck revision() {
        return new CelCheck(
                RuleName.CONFIG_REVISION_MISMATCH,
                "!variables.deletes && variables.revision != null && variables.revision != variables.oldRevision"
                        + " && !(variables.counts && variables.serving == variables.home)",
                HOME,
                CelText.text("config-revision-mismatch: " + REVISION_LABEL
                                + " is \"${variables.revision}\", expected no such" + " label, ")
                        + " + (variables.home == null ? 'because its namespace is in no usergroup' : 'or \"' + string(variables.usergroups[variables.home]) + '\", which serves usergroup ' + string(variables.home)) + (variables.serving != null && !variables.counts ? ': a tag does not count here, so no control plane would read this' : ': the control plane of its namespace would not read this') + "
                        + CelText.literal(". Fix: remove " + REVISION_LABEL));
    }

    private static CelCheck mode() {
        return mtls(
                "variables.mode != null && !(variables.mode in " + CLOSED + ") && variables.mode != variables.oldMode",
                HOME,
                "spec.mtls.mode is \"${variables.mode}\", expected STRICT or UNSET: workloads would accept plain text from"
                        + " every pod in the cluster. Fix: set spec.mtls.mode: STRICT, or remove it");
    }

    /** One port of selected workloads is for a mesh admin to open. */
    private static CelCheck port() {
        return mtls(
                "variables.ports.exists(port, !(dyn(variables.ports[port]).?mode.orValue('') in " + CLOSED
                        + ") && dyn(variables.ports[port]).?mode != dyn(variables.oldPorts)[?port].?mode)"
                        + " && !(variables.home != null && variables.selects && ("
                        + AuthorRights.mayAdminister("variables.home") + "))",
                HOME,
                "spec.portLevelMtls opens a port, expected STRICT or UNSET: workloads would accept plain text from every"
                        + " pod in the cluster. Fix: set its mode to STRICT, or remove it");
    }

    private static CelCheck unset() {
        return mtls(
                "variables.wide && (variables.mode == null || variables.mode == 'UNSET' || variables.mode == '')"
                        + " && !(variables.oldWide && variables.oldMode == variables.mode)",
                SYSTEM,
                "spec.mtls.mode ${variables.mode == null ? 'is missing' : 'is \"' + string(variables.mode) + '\"'}, expected"
                        + " STRICT: the policy without a selector in the system namespace applies to the whole usergroup,"
                        + " and Istio's own default accepts plain text. Fix: set spec.mtls.mode: STRICT");
    }

    private static CelCheck deletion() {
        return mtls(
                WAS_STRICT + " && variables.deletes && !variables.ends",
                SYSTEM,
                "metadata.name is \"${variables.name}\", expected no deletion while the control plane is in use: this policy requires mutual TLS in the whole usergroup, and Istio's own default accepts plain text. Fix:"
                        + " change the policy instead, or delete the system namespace ${variables.namespaceName} when nobody"
                        + " needs it any more");
    }

    private static CelCheck selector() {
        return mtls(
                WAS_STRICT + " && !variables.deletes && !variables.wide",
                SYSTEM,
                "spec.selector is \"a selector\"" + narrowed("remove spec.selector"));
    }

    /** Whether a control plane that read it before skips it now, for the label of another revision. */
    private static CelCheck narrowedByRevision() {
        return mtls(
                WAS_STRICT + " && variables.wide && variables.revision != null"
                        + " && variables.revision != variables.oldRevision"
                        + " && variables.onlyRevision[?string(variables.system)] != optional.of(string(variables.revision))"
                        + " && (variables.oldRevision == null || variables.revisions[?string(variables.oldRevision)]"
                        + " == optional.of(string(variables.system)))",
                SYSTEM,
                REVISION_LABEL + " is \"${variables.revision}\"" + narrowed("remove " + REVISION_LABEL));
    }

    private static String narrowed(String fix) {
        return ", expected no such field: this policy requires mutual TLS in the whole usergroup, and would apply to some workloads only. Fix: "
                + fix + ", and write a second policy for those workloads";
    }

    private static CelCheck mtls(String violated, String concerned, String message) {
        return new CelCheck(RuleName.MTLS_DOWNGRADE, violated, concerned, CelText.text("mtls-downgrade: " + message));
    }

    private static CelCheck meshWide() {
        return new CelCheck(
                RuleName.MESH_WIDE_CONFIG,
                "variables.system != null && (variables.deletes ? request.kind.kind in " + CelText.list(RESTRICTING)
                        + " && !variables.ends : variables.creates || dyn(object).?spec != dyn(oldObject).?spec ||"
                        + " variables.revision != variables.oldRevision) && !("
                        + AuthorRights.mayAdminister("variables.system") + ")",
                SYSTEM,
                CelText.text(
                        "mesh-wide-config: metadata.namespace is \"${variables.namespaceName}\", expected a change by a"
                                + " mesh admin of usergroup ${variables.system}: ${variables.author} may not"
                                + " ${variables.deletes ? 'delete' : 'write'} configuration that applies to every namespace of the usergroup. Fix: ${variables.deletes ? 'keep it' : 'write it into the namespace that it is"
                                + " meant for'}, or ask a mesh admin of ${variables.system}"));
    }
}
