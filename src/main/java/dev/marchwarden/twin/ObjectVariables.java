package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the checks of something in a namespace refer to. What is missing is null. */
final class ObjectVariables {
    private final Tenancy tenancy;

    ObjectVariables(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    private List<Variable> common() {
        List<Variable> all = new ArrayList<>(new TenancyVariables(tenancy).all());
        String label = CelText.literal(tenancy.usergroupLabel());
        all.add(new Variable("namespaceName", "request.?namespace.orValue('')"));
        all.add(new Variable(
                "namespaceLabels", "namespaceObject == null ? {} : namespaceObject.?metadata.?labels.orValue({})"));
        all.add(
                new Variable(
                        "system",
                        "variables.namespaceName in variables.systemNamespaces ? dyn(variables.systemNamespaces[variables.namespaceName]) : null"));
        // The usergroup of the namespace.
        all.add(new Variable(
                "home",
                "variables.system != null ? variables.system : %1$s in variables.namespaceLabels && variables.namespaceLabels[%1$s] in variables.usergroups ? dyn(variables.namespaceLabels[%1$s]) : null"
                        .formatted(label)));
        all.addAll(new AuthorRights(tenancy).variables());
        all.add(new Variable("account", "variables.user.split(':')"));
        // The usergroup whose control plane writes.
        all.add(
                new Variable(
                        "writer",
                        "variables.account.size() == 4 && variables.account[0] == 'system' && variables.account[1] == 'serviceaccount' && (variables.account[3] == 'istiod' || variables.account[3].startsWith('istiod-')) && variables.account[2] in variables.systemNamespaces ? dyn(variables.systemNamespaces[variables.account[2]]) : null"));
        return all;
    }

    List<Variable> ofConfiguration() {
        Map<String, String> revisions = new TreeMap<>();
        Map<String, String> only = new TreeMap<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            usergroup.revisions().forEach(revision -> revisions.put(revision, CelText.literal(usergroup.name())));
            if (usergroup.revisions().size() == 1) {
                only.put(usergroup.name(), CelText.literal(usergroup.defaultRevision()));
            }
        }
        List<Variable> all = new ArrayList<>(common());
        all.add(new Variable("revisions", CelText.map(revisions)));
        all.add(new Variable("onlyRevision", CelText.map(only)));
        String key = CelText.literal(REVISION);
        all.add(new Variable("revision", orNull("variables.labels[?" + key + "]")));
        all.add(new Variable("oldRevision", orNull("variables.oldLabels[?" + key + "]")));
        all.add(
                new Variable(
                        "serving",
                        "variables.revision != null && variables.revision in variables.servedBy ? dyn(variables.servedBy[variables.revision]) : null"));
        // A tag counts only on what istiod deploys.
        all.add(
                new Variable(
                        "counts",
                        "variables.serving != null && (variables.revision in variables.revisions || (request.kind.group == 'gateway.networking.k8s.io' && request.kind.kind == 'Gateway'))"));
        all.add(
                new Variable(
                        "ends",
                        "variables.user == 'system:serviceaccount:kube-system:namespace-controller' || (namespaceObject != null && namespaceObject.?metadata.?deletionTimestamp.hasValue())"));
        all.add(new Variable("spec", "variables.deletes ? dyn({}) : dyn(dyn(object).?spec.orValue({}))"));
        all.add(new Variable("oldSpec", "variables.creates ? dyn({}) : dyn(dyn(oldObject).?spec.orValue({}))"));
        all.add(CodeChecks.right());
        all.addAll(new ForeignNameChecks(tenancy).variables());
        policy("", "object", "variables.deletes", all);
        policy("old", "oldObject", "variables.creates", all);
        return all;
    }

    /** Of a PeerAuthentication; of another kind nothing is there. */
    private static void policy(String prefix, String object, String missing, List<Variable> all) {
        String spec = "dyn(" + object + ").?spec";
        String none = "request.kind.kind != 'PeerAuthentication' || " + missing;
        all.add(new Variable(
                prefix.isEmpty() ? "mode" : "oldMode", none + " ? null : " + orNull(spec + ".?mtls.?mode")));
        all.add(new Variable(
                prefix.isEmpty() ? "ports" : "oldPorts",
                none + " ? dyn({}) : dyn(" + spec + ".?portLevelMtls.orValue({}))"));
        all.add(new Variable(
                prefix.isEmpty() ? "selects" : "oldSelects",
                "!(" + none + ") && dyn(" + spec + ".?selector.?matchLabels.orValue({})).size() > 0"));
        all.add(new Variable(
                prefix.isEmpty() ? "wide" : "oldWide",
                "!(" + none + ") && variables.system != null && !variables."
                        + (prefix.isEmpty() ? "selects" : "oldSelects")));
    }

    List<Variable> ofWorkloads() {
        List<Variable> all = new ArrayList<>(common());
        all.add(
                new Variable(
                        "path",
                        "request.kind.kind == 'Pod' ? '' : request.kind.kind == 'CronJob' ? 'spec.jobTemplate.spec.template.' : 'spec.template.'"));
        pod("pod", "object", all);
        pod("oldPod", "oldObject", all);
        // The pods of a system namespace have no proxy, and need none.
        all.add(new Variable(
                "isInMesh",
                "variables.home != null && variables.system == null && " + CelText.literal(REVISION)
                        + " in variables.namespaceLabels"));
        String revision = CelText.literal(REVISION);
        String inject = CelText.literal(IstioAnnotations.SIDECAR_INJECT);
        all.add(new Variable("revision", orNull("variables.podLabels[?" + revision + "]")));
        all.add(new Variable("oldRevision", orNull("variables.oldPodLabels[?" + revision + "]")));
        all.add(new Variable("optsOut", "variables.podLabels[?" + inject + "] == optional.of(dyn('false'))"));
        all.add(new Variable("oldOptsOut", "variables.oldPodLabels[?" + inject + "] == optional.of(dyn('false'))"));
        return all;
    }

    private static void pod(String name, String object, List<Variable> all) {
        all.add(new Variable(
                name,
                "dyn(%1$s) == null ? dyn({}) : request.kind.kind == 'Pod' ? dyn(%1$s) : request.kind.kind == 'CronJob' ? dyn(dyn(%1$s).?spec.?jobTemplate.?spec.?template.orValue({})) : dyn(dyn(%1$s).?spec.?template.orValue({}))"
                        .formatted(object)));
        all.add(new Variable(name + "Labels", "dyn(variables.%s.?metadata.?labels.orValue({}))".formatted(name)));
        all.add(new Variable(
                name + "Annotations", "dyn(variables.%s.?metadata.?annotations.orValue({}))".formatted(name)));
        all.add(new Variable(name + "Spec", "dyn(variables.%s.?spec.orValue({}))".formatted(name)));
    }

    private static String orNull(String optional) {
        return optional + ".hasValue() ? dyn(" + optional + ".value()) : null";
    }

    /** An istiod tries out whether its own validation is in force, and takes any other refusal for that. */
    Variable isNoProbe() {
        TreeSet<String> systemNamespaces = new TreeSet<>();
        tenancy.usergroups().forEach(usergroup -> systemNamespaces.add(usergroup.systemNamespace()));
        String user = "request.?userInfo.?username.orValue('')";
        return new Variable(
                "is-no-probe-of-a-control-plane",
                "!(request.?dryRun.orValue(false) && request.operation == 'CREATE'"
                        + " && request.kind.group == 'networking.istio.io' && request.kind.kind == 'Gateway'"
                        + " && request.?name.orValue('') == 'invalid-gateway' && request.?namespace.orValue('') in "
                        + CelText.list(systemNamespaces) + " && (" + user
                        + " == 'system:serviceaccount:' + request.namespace + ':istiod' || " + user
                        + ".startsWith('system:serviceaccount:' + request.namespace + ':istiod-')))");
    }
}
