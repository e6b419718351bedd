package dev.marchwarden.policy.config;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The PeerAuthentication without a selector in a system namespace, which requires mutual TLS for the whole usergroup. It must stay in
 * force: nobody may delete it, give it a selector, or label it for one revision, cluster admins included.
 */
final class StrictPolicy {
    private static final String STRICT = "STRICT";
    private static final String UNSET = "UNSET";

    private final ObjectSurroundings surroundings;

    StrictPolicy(ObjectSurroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The policy of the whole usergroup must say STRICT itself: there is nothing above it to inherit that from. */
    List<Violation> ofState(ObjectReach state) {
        if (!isUsergroupWide(state)) {
            return List.of();
        }
        String mode = state.text("spec", "mtls", "mode");
        return mode != null && !(mode.equals(UNSET) || mode.isEmpty())
                ? List.of()
                : List.of(surroundings
                        .violation(RuleName.MTLS_DOWNGRADE, "spec.mtls.mode", mode)
                        .expected(STRICT)
                        .because("the policy without a selector in the system namespace applies to the whole usergroup,"
                                + " and Istio's own default accepts plain text")
                        .fix("set spec.mtls.mode: " + STRICT));
    }

    List<Violation> ofChange(ObjectChange change) {
        ObjectReach before = change.before();
        ObjectReach after = change.after();
        if (before == null || !isUsergroupWide(before) || !STRICT.equals(before.text("spec", "mtls", "mode"))) {
            return List.of();
        }
        if (change.operation() == Operation.DELETE) {
            return DeletionWithNamespace.isNear(change, surroundings) ? List.of() : List.of(deletion(change));
        }
        if (change.operation() != Operation.UPDATE || after == null) {
            return List.of();
        }
        if (!isUsergroupWide(after)) {
            return List.of(narrowed("spec.selector", "a selector", "remove spec.selector"));
        }
        String label = "metadata.labels[" + MeshLabels.REVISION + "]";
        return readers(after).containsAll(readers(before))
                ? List.of()
                : List.of(narrowed(label, revision(after), "remove " + label));
    }

    private Violation narrowed(String path, @Nullable String value, String fix) {
        return surroundings
                .violation(RuleName.MTLS_DOWNGRADE, path, value)
                .expected("no such field")
                .because(
                        "this policy requires mutual TLS in the whole usergroup, and would apply to some workloads only")
                .fix(fix + ", and write a second policy for those workloads");
    }

    /** The revisions whose control planes read it: they skip what is labelled for another (pkg/config/model.go L111-124). */
    private List<String> readers(ObjectReach policy) {
        String revision = revision(policy);
        Usergroup usergroup = surroundings.boundary().usergroup();
        List<String> all = usergroup == null ? List.of() : usergroup.revisions();
        return revision == null ? all : all.stream().filter(revision::equals).toList();
    }

    private static @Nullable String revision(ObjectReach policy) {
        return policy.text("metadata", "labels", MeshLabels.REVISION);
    }

    private boolean isUsergroupWide(ObjectReach policy) {
        return surroundings.boundary().isSystem()
                && policy.kind().kind().equals("PeerAuthentication")
                && policy.root().asText("spec", "selector").isEmpty();
    }

    private Violation deletion(ObjectChange change) {
        return surroundings
                .violation(RuleName.MTLS_DOWNGRADE, "metadata.name", change.name())
                .expected("no deletion while the control plane is in use")
                .because(
                        "this policy requires mutual TLS in the whole usergroup, and Istio's own default accepts plain text")
                .fix("change the policy instead, or delete the system namespace " + change.namespace()
                        + " when nobody needs it any more");
    }
}
