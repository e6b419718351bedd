package dev.marchwarden.policy.config;

import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configuration in a system namespace, which applies to the whole usergroup, by somebody who is no mesh admin. */
final class MeshWideConfig implements ObjectRule {
    /** Kinds whose deletion can open what they closed for the whole usergroup: policies, and what proxies see and run. */
    private static final Set<String> RESTRICTING = Set.of(
            "AuthorizationPolicy",
            "PeerAuthentication",
            "RequestAuthentication",
            "Sidecar",
            "EnvoyFilter",
            "WasmPlugin",
            "TrafficExtension");

    @Override
    public RuleName name() {
        return RuleName.MESH_WIDE_CONFIG;
    }

    @Override
    public List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        boolean workload = change.table() != null && !change.table().complete();
        if (workload
                || usergroup == null
                || !surroundings.boundary().isSystem()
                || surroundings.mayAdminister(usergroup)) {
            return List.of();
        }
        boolean deletes = change.operation() == Operation.DELETE;
        boolean counts = deletes
                ? RESTRICTING.contains(change.kind()) && !DeletionWithNamespace.isNear(change, surroundings)
                : changesAnything(change);
        if (!counts) {
            return List.of();
        }
        return List.of(surroundings
                .violation(name(), "metadata.namespace", change.namespace())
                .expected("a change by a mesh admin of usergroup " + usergroup.name())
                .because(Quoted.of(change.user().name()) + " may not " + (deletes ? "delete" : "write")
                        + " configuration that applies to every namespace of the usergroup")
                .unless(Requirement.administer(usergroup))
                .fix((deletes ? "keep it" : "write it into the namespace that it is meant for")
                        + ", or ask a mesh admin of " + usergroup.name()));
    }

    /** Finalizers and status are others' business; a revision label is not, for it decides who reads the object. */
    private static boolean changesAnything(ObjectChange change) {
        return change.specChanged() || !values(change.before()).equals(values(change.after()));
    }

    private static List<String> values(@Nullable ObjectReach object) {
        return object == null
                ? List.of()
                : object.leaves().stream()
                        .filter(leaf -> leaf.path().startsWith("metadata."))
                        .map(MeshWideConfig::entry)
                        .sorted()
                        .toList();
    }

    private static String entry(Leaf leaf) {
        return leaf.path() + '=' + leaf.value();
    }
}
