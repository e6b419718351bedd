package dev.marchwarden.policy.rules;

import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.NamespaceRule;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Requirement.Verb;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joining, leaving or moving without the right to: {@code use} on the usergroup, or {@code administer} for its system namespace. It is
 * the usergroup label that makes a member. Deleting a namespace is no leaving; RBAC decides that.
 */
final class MembershipNotPermitted implements NamespaceRule {
    @Override
    public RuleName name() {
        return RuleName.MEMBERSHIP_NOT_PERMITTED;
    }

    @Override
    public List<Violation> ofChange(NamespaceChange change, Surroundings surroundings) {
        String key = surroundings.tenancy().usergroupLabel();
        String before = change.labelBefore(key);
        String after = change.labelAfter(key);
        if (change.operation() == Operation.DELETE || Objects.equals(before, after)) {
            return List.of();
        }
        List<Violation> violations = new ArrayList<>(2);
        judge("remove a namespace from", before, after, change, surroundings, violations);
        judge("add a namespace to", after, after, change, surroundings, violations);
        return violations;
    }

    private void judge(
            String act,
            @Nullable String name,
            @Nullable String value,
            NamespaceChange change,
            Surroundings surroundings,
            List<Violation> violations) {
        Tenancy tenancy = surroundings.tenancy();
        Usergroup usergroup = name == null ? null : tenancy.usergroup(name);
        if (usergroup == null) {
            return; // nobody's: there is no one to ask, and UnknownUsergroup says the rest
        }
        boolean system = tenancy.systemNamespaceOwner(change.name()) != null;
        if (system ? surroundings.mayAdminister(usergroup) : surroundings.mayUse(usergroup)) {
            return;
        }
        Requirement requirement = new Requirement(system ? Verb.ADMINISTER : Verb.USE, usergroup.name());
        String who = system ? "a mesh admin" : "an owner or mesh admin";
        violations.add(new Violation(
                name(),
                surroundings.usergroupPath(),
                value,
                "a change by " + who + " of usergroup " + usergroup.name(),
                Quoted.of(change.user().name()) + " may not " + act + " it",
                "ask " + who + " of " + usergroup.name()
                        + " to do this, or the cluster admin to add you to them in the tenancy",
                requirement.toString(),
                Set.of(usergroup.name()),
                requirement));
    }
}
