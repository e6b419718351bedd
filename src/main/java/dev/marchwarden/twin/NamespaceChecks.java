package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.DATAPLANE_MODE;
import static dev.marchwarden.istio.MeshLabels.INJECTION;
import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;

/**
 * The rules about namespaces, except those about a system namespace and about membership. A check holds where the state after the request is
 * wrong, and the state before was not wrong for the same reason. A standing violation is left alone, as the webhook leaves it but for a
 * warning.
 */
final class NamespaceChecks {
    /** What {@code istio-injection=enabled} selects. */
    private static final String DEFAULT_REVISION = "default";

    private static final String KNOWN_AND_SERVING = "[variables.known, variables.serving].filter(name, name != null)";

    private final Tenancy tenancy;
    private final String key;

    NamespaceChecks(Tenancy tenancy) {
        this.tenancy = tenancy;
        this.key = tenancy.usergroupLabel();
    }

    CelCheck protectedNamespace() {
        return new CelCheck(
                RuleName.PROTECTED_NAMESPACE,
                "variables.newForbidden.size() > 0",
                KNOWN_AND_SERVING,
                CelText.text("protected-namespace: metadata.labels[${variables.newForbidden[0]}] is"
                                + " \"${variables.labels[variables.newForbidden[0]]}\", expected no mesh label on a protected"
                                + " namespace: workloads here must start without a mesh. Fix: ")
                        + " + " + LabelEditText.removing("variables.forbidden"));
    }

    CelCheck unknownUsergroup() {
        return new CelCheck(
                RuleName.UNKNOWN_USERGROUP,
                "variables.usergroup != null && variables.known == null"
                        + " && !(variables.oldUsergroup == variables.usergroup && "
                        + same("oldServing", "serving") + ")",
                "[variables.serving].filter(name, name != null)",
                CelText.text("unknown-usergroup: metadata.labels[" + key
                                + "] is \"${variables.usergroup}\", expected the"
                                + " name of a usergroup of the tenancy: no control plane discovers namespaces with this"
                                + " value. Fix: ")
                        + " + " + leave());
    }

    CelCheck unknownRevision() {
        return new CelCheck(
                RuleName.UNKNOWN_REVISION,
                "variables.revision != null && variables.serving == null"
                        + " && !(variables.oldRevision == variables.revision && "
                        + same("oldUsergroup", "usergroup") + ")",
                "[variables.usergroup == null ? variables.system : variables.known].filter(name, name != null)",
                CelText.text(
                                "unknown-revision: metadata.labels[" + REVISION
                                        + "] is \"${variables.revision}\", expected a"
                                        + " revision or tag of the tenancy: no injector answers to this value, so pods would start without a sidecar, and without an error. Fix: ")
                        + " + " + leave());
    }

    CelCheck revisionMismatch() {
        String revision = "variables.usergroups[variables.known]";
        return new CelCheck(
                RuleName.REVISION_MISMATCH,
                "variables.system == null && variables.known != null && variables.serving != null"
                        + " && variables.known != variables.serving && !(variables.oldUsergroup == variables.usergroup"
                        + " && variables.oldRevision == variables.revision)",
                KNOWN_AND_SERVING,
                CelText.text("revision-mismatch: metadata.labels[" + REVISION
                                + "] is \"${variables.revision}\", expected"
                                + " \"${" + revision + "}\", which serves usergroup ${variables.known}: this revision"
                                + " serves another usergroup, so one mesh would inject the pods and another discover"
                                + " them. Fix: ")
                        + " + "
                        + new LabelEditText()
                                .set(key, "variables.known")
                                .set(REVISION, revision)
                                .expression());
    }

    CelCheck missingRevision() {
        String revision = "variables.usergroups[variables.known]";
        return new CelCheck(
                RuleName.UNPAIRED_LABELS,
                "variables.system == null && variables.known != null && variables.revision == null"
                        + " && !(variables.oldUsergroup == variables.usergroup && variables.oldRevision == null)",
                "[variables.known]",
                CelText.text(
                                "unpaired-labels: metadata.labels[" + REVISION + "] is missing, expected \"${"
                                        + revision
                                        + "}\" beside " + key
                                        + "=${variables.usergroup}: its pods would run without a sidecar, in plain text, in a mesh that relies on mutual TLS. Fix: ")
                        + " + "
                        + new LabelEditText()
                                .set(REVISION, revision)
                                .set(key, "variables.usergroup")
                                .expression()
                        + orLeave());
    }

    CelCheck missingUsergroup() {
        return new CelCheck(
                RuleName.UNPAIRED_LABELS,
                "variables.system == null && variables.usergroup == null && variables.serving != null"
                        + " && !(variables.oldRevision == variables.revision && variables.oldUsergroup == null)",
                "[variables.serving]",
                CelText.text("unpaired-labels: metadata.labels[" + key + "] is missing, expected"
                                + " \"${variables.serving}\" beside " + REVISION
                                + "=${variables.revision}: its pods would"
                                + " be injected by a control plane that does not discover them, and never start. Fix: ")
                        + " + "
                        + new LabelEditText()
                                .set(key, "variables.serving")
                                .set(REVISION, "variables.revision")
                                .expression()
                        + orLeave());
    }

    CelCheck injectionLabel() {
        Usergroup selected = tenancy.servedBy(DEFAULT_REVISION);
        String owner = selected == null ? "null" : CelText.literal(selected.name());
        String member = "(variables.%s != null || variables.%s != null)";
        return new CelCheck(
                RuleName.INJECTION_LABEL,
                "variables.injection != null && "
                        + overrides("injection", member.formatted("usergroup", "revision"), owner)
                        + " && !(variables.oldInjection == variables.injection && "
                        + overrides("oldInjection", member.formatted("oldUsergroup", "oldRevision"), owner) + " && "
                        + same("oldUsergroup", "usergroup") + ")",
                "[variables.system != null ? variables.system : variables.usergroup != null ? variables.known"
                        + " : variables.revision != null ? variables.serving : variables.injection == 'enabled' ? dyn("
                        + owner + ") : null].filter(name, name != null)",
                CelText.text("injection-label: metadata.labels[" + INJECTION
                                + "] is \"${variables.injection}\", expected no"
                                + " such label on a namespace of a usergroup: it overrides istio.io/rev")
                        + " + (variables.injection == 'enabled' ? ', and the cluster\\'s default revision would inject the pods,"
                        + " whichever mesh that is' : ' and leaves the pods without a sidecar') + '. Fix: ' + "
                        + new LabelEditText().remove(INJECTION).expression());
    }

    /** On a system namespace only {@code enabled} does harm, outside the usergroups only where one of them owns the default revision. */
    private static String overrides(String injection, String member, String owner) {
        String enabled = "variables." + injection + " == 'enabled'";
        return "(variables.system != null ? " + enabled + " : " + member
                + (owner.equals("null") ? "" : " || " + enabled) + ")";
    }

    /** The mode alone: where a waypoint is, no expression can tell. */
    CelCheck ambientMode() {
        return new CelCheck(
                RuleName.AMBIENT_MODE,
                "variables.mode == 'ambient' && !(variables.oldMode == 'ambient' && "
                        + same("oldUsergroup", "usergroup") + ")",
                "[variables.known].filter(name, name != null)",
                CelText.text(
                                "ambient-mode: metadata.labels[" + DATAPLANE_MODE
                                        + "] is \"ambient\", expected no such label,"
                                        + " or \"none\": the node's ztunnel would capture the pods' traffic, and it belongs to no usergroup. Fix: ")
                        + " + " + new LabelEditText().remove(DATAPLANE_MODE).expression());
    }

    /** Whether two values make the same text, as the evidence of a violation has them. */
    private static String same(String one, String other) {
        return "(variables.%1$s == null ? 'null' : string(variables.%1$s)) == (variables.%2$s == null ? 'null' : string(variables.%2$s))"
                .formatted(one, other);
    }

    private String leave() {
        return "(variables.system == null ? "
                + new LabelEditText().remove(key).remove(REVISION).expression() + " : "
                + new LabelEditText()
                        .set(key, "variables.system")
                        .remove(REVISION)
                        .expression() + ")";
    }

    /** Of a namespace that is no system namespace. */
    private String orLeave() {
        return " + ' (or to leave the mesh: ' + "
                + new LabelEditText().remove(key).remove(REVISION).expression() + " + ')'";
    }
}
