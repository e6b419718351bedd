package dev.marchwarden.policy.rules;

import static dev.marchwarden.istio.MeshLabels.NETWORK;
import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.NamespaceRule;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a system namespace that would break its control plane. A system namespace must itself match the discovery selectors, or istiod no
 * longer reads the configuration in it: the mesh-wide STRICT policy first of all.
 */
final class SystemNamespace implements NamespaceRule {
    @Override
    public RuleName name() {
        return RuleName.SYSTEM_NAMESPACE;
    }

    @Override
    public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        Usergroup usergroup = surroundings.tenancy().systemNamespaceOwner(state.name());
        if (usergroup == null) {
            return List.of();
        }
        List<Violation> violations = new ArrayList<>();
        String label = surroundings.usergroupOf(state);
        if (label != null && !label.equals(usergroup.name())) {
            violations.add(wrongUsergroup(label, usergroup, surroundings));
        }
        String revision = state.label(REVISION);
        Usergroup serving = revision == null ? null : surroundings.tenancy().servedBy(revision);
        if (revision != null && serving != null && !serving.equals(usergroup)) {
            violations.add(violation(
                    Surroundings.labelPath(REVISION),
                    revision,
                    "no such label, or " + Quoted.of(usergroup.defaultRevision()),
                    "another usergroup's control plane would inject what runs here",
                    surroundings.fix().remove(REVISION).toString(),
                    usergroup,
                    serving));
        }
        return violations;
    }

    @Override
    public List<Violation> ofChange(NamespaceChange change, Surroundings surroundings) {
        Usergroup usergroup = surroundings.tenancy().systemNamespaceOwner(change.name());
        if (usergroup == null) {
            return List.of();
        }
        if (change.operation() == Operation.DELETE) {
            return deletion(change, usergroup, surroundings);
        }
        String key = surroundings.tenancy().usergroupLabel();
        List<Violation> violations = new ArrayList<>(1);
        if (usergroup.name().equals(change.labelBefore(key)) && change.labelAfter(key) == null) {
            violations.add(wrongUsergroup(null, usergroup, surroundings));
        }
        if (!Objects.equals(change.labelBefore(NETWORK), change.labelAfter(NETWORK))
                && !surroundings.mayAdminister(usergroup)) {
            violations.add(notPermitted(
                    Surroundings.labelPath(NETWORK),
                    change.labelAfter(NETWORK),
                    "it sets the network of every workload of the usergroup, and so the gateway to them",
                    usergroup));
        }
        return violations;
    }

    private List<Violation> deletion(NamespaceChange change, Usergroup usergroup, Surroundings surroundings) {
        NamespaceState before = change.before();
        if (before != null && before.terminating()) {
            return List.of(); // its deletion was accepted long ago and must be able to complete
        }
        int members = surroundings.namespaces().liveMembers(usergroup.name(), usergroup.systemNamespace());
        if (members == 0) {
            return surroundings.mayAdminister(usergroup)
                    ? List.of()
                    : List.of(notPermitted(
                            "metadata.name",
                            change.name(),
                            "the control plane of the usergroup and its certificate authority would be deleted",
                            usergroup));
        }
        return List.of(violation(
                "metadata.name",
                change.name(),
                "no live member of usergroup " + usergroup.name() + " (found " + members + ")",
                "their proxies would lose the control plane that configures them and renews their certificates",
                "move or delete the namespaces that `kubectl get namespaces -l "
                        + surroundings.tenancy().usergroupLabel() + "=" + usergroup.name() + "` lists, then try again",
                usergroup,
                null));
    }

    private Violation notPermitted(String path, @Nullable String value, String because, Usergroup usergroup) {
        Requirement requirement = Requirement.administer(usergroup);
        return new Violation(
                name(),
                path,
                value,
                "a change by a mesh admin of usergroup " + usergroup.name(),
                because,
                "ask a mesh admin of " + usergroup.name()
                        + " to do this, or the cluster admin to add you to them in the tenancy",
                requirement.toString(),
                Set.of(usergroup.name()),
                requirement);
    }

    private Violation wrongUsergroup(@Nullable String label, Usergroup usergroup, Surroundings surroundings) {
        String key = surroundings.tenancy().usergroupLabel();
        return violation(
                Surroundings.labelPath(key),
                label,
                Quoted.of(usergroup.name()) + ", whose control plane runs here",
                "istiod would no longer read the configuration in its own namespace, mesh-wide STRICT mutual TLS included",
                surroundings.fix().set(key, usergroup.name()).toString(),
                usergroup,
                label == null ? null : surroundings.tenancy().usergroup(label));
    }

    private Violation violation(
            String path,
            @Nullable String value,
            String expected,
            String because,
            String fix,
            Usergroup usergroup,
            @Nullable Usergroup other) {
        return new Violation(
                name(),
                path,
                value,
                expected,
                because,
                fix,
                String.valueOf(value),
                other == null || other.equals(usergroup)
                        ? Set.of(usergroup.name())
                        : Set.of(usergroup.name(), other.name()),
                null);
    }
}
