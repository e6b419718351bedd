package dev.marchwarden.policy.config;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A revision on an object that its control plane does not serve: then the object stands there, is in nobody's force, and whoever
 * looks at it believes otherwise. Only exact revisions count, and tags for what istiod deploys (pkg/config/model.go L111-124).
 */
final class ConfigRevisionMismatch implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.CONFIG_REVISION_MISMATCH;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.REVISION, Reach.REVISION_OR_TAG);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        Usergroup serving = surroundings.tenancy().servedBy(leaf.value());
        boolean counts = serving != null
                && (leaf.reach() == Reach.REVISION_OR_TAG || serving.revisions().contains(leaf.value()));
        boolean anybodys = surroundings.boundary().namespace().isEmpty();
        if (counts && (anybodys || Objects.equals(serving, usergroup))) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected(expected(usergroup, anybodys))
                .because(
                        serving != null && !counts
                                ? "a tag does not count here, so no control plane would read this"
                                : "the control plane of its namespace would not read this")
                .fix("remove " + leaf.path());
    }

    private static String expected(@Nullable Usergroup usergroup, boolean anybodys) {
        if (usergroup == null) {
            return anybodys
                    ? "no such label, or a revision of the tenancy"
                    : "no such label, because its namespace is in no usergroup";
        }
        return "no such label, or " + Quoted.of(usergroup.defaultRevision()) + ", which serves usergroup "
                + usergroup.name();
    }
}
