package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.DATAPLANE_MODE;
import static dev.marchwarden.istio.MeshLabels.INJECTION;
import static dev.marchwarden.istio.MeshLabels.NETWORK;
import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.Tenancy;
import java.util.ArrayList;
import java.util.List;

/**
 * What the checks of a namespace refer to. A label that is missing is null, which is not the same as an empty one; so is a usergroup that
 * the tenancy does not know.
 */
final class NamespaceVariables {
    private final Tenancy tenancy;

    NamespaceVariables(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    /** In an order in which each refers to those before it. */
    List<Variable> all() {
        List<Variable> all = new ArrayList<>(new TenancyVariables(tenancy).all());
        label("usergroup", tenancy.usergroupLabel(), all);
        label("revision", REVISION, all);
        label("injection", INJECTION, all);
        label("mode", DATAPLANE_MODE, all);
        label("network", NETWORK, all);
        all.add(found("known", "usergroup", "usergroups", "variables.usergroup"));
        all.add(found("oldKnown", "oldUsergroup", "usergroups", "variables.oldUsergroup"));
        all.add(found("serving", "revision", "servedBy", "variables.servedBy[variables.revision]"));
        all.add(found("oldServing", "oldRevision", "servedBy", "variables.servedBy[variables.oldRevision]"));
        all.add(found("system", "name", "systemNamespaces", "variables.systemNamespaces[variables.name]"));
        all.addAll(protection());
        all.addAll(new AuthorRights(tenancy).variables());
        return all;
    }

    private static void label(String name, String key, List<Variable> all) {
        String label = CelText.literal(key);
        all.add(new Variable(name, valueOrNull(label + " in variables.labels", "variables.labels[" + label + "]")));
        String old = "old" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        all.add(new Variable(
                old, valueOrNull(label + " in variables.oldLabels", "variables.oldLabels[" + label + "]")));
    }

    private static Variable found(String name, String key, String map, String value) {
        String there = "variables." + key + " != null && variables." + key + " in variables." + map;
        return new Variable(name, valueOrNull(there, value));
    }

    private static String valueOrNull(String condition, String value) {
        return condition + " ? dyn(" + value + ") : null";
    }

    /** The labels that a protected namespace must not have, and those among them that this request brings. */
    private List<Variable> protection() {
        String keepsOut =
                "(label == %s && variables.labels[label] == 'disabled') || (label == %s && variables.labels[label] == 'none')"
                        .formatted(CelText.literal(INJECTION), CelText.literal(DATAPLANE_MODE));
        return List.of(
                new Variable(
                        "forbidden",
                        "variables.name in %s ? %s.filter(label, label in variables.labels && !(%s)) : []"
                                .formatted(
                                        CelText.list(tenancy.protectedNamespaces()),
                                        CelText.list(MeshLabels.guarded(tenancy.usergroupLabel())),
                                        keepsOut)),
                new Variable(
                        "newForbidden",
                        "variables.forbidden.filter(label, variables.oldLabels[?label] != variables.labels[?label])"));
    }
}
