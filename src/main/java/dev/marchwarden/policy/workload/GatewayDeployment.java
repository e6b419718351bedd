package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Embedded;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ConfigMap with a patch of the Deployment that istiod makes for a Gateway ({@code infrastructure.parametersRef}), which says more of the
 * proxy than a template of pods may.
 */
final class GatewayDeployment implements ObjectRule {
    private static final List<String> POD = List.of("spec", "template", "spec");

    @Override
    public RuleName name() {
        return RuleName.PROXY_OVERRIDE;
    }

    @Override
    public List<Violation> ofState(ObjectReach state, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (usergroup == null || surroundings.mayAdminister(usergroup)) {
            return List.of();
        }
        AllowedTargets targets = new AllowedTargets(usergroup, surroundings);
        List<Violation> violations = new ArrayList<>(0);
        for (Leaf leaf : state.leaves(Reach.GATEWAY_DEPLOYMENT)) {
            Embedded.Fields patch = Embedded.yaml(leaf.value());
            Embedded.Fields pod = patch == null ? null : pod(patch);
            if (pod != null) {
                ProxyContainer.judgeContainers(pod, "." + String.join(".", POD), leaf, targets, violations);
            } else if (patch == null && mayBePatch(leaf.value())) {
                violations.add(surroundings
                        .violation(name(), leaf)
                        .expected("a patch of a Deployment in YAML, each key once, without aliases and tags")
                        .because("what this does to a Gateway's proxy is unknown")
                        .fix("write " + leaf.path() + " as plain YAML"));
            }
        }
        return violations;
    }

    /** A word or a number is no patch. */
    private static boolean mayBePatch(String text) {
        return text.strip().indexOf('\n') >= 0 || text.indexOf('{') >= 0;
    }

    /** Null for a patch that says nothing of the pod. */
    private static Embedded.@Nullable Fields pod(Embedded patch) {
        Embedded at = patch;
        for (String field : POD) {
            at = at instanceof Embedded.Fields fields ? fields.fields().get(field) : null;
        }
        return at instanceof Embedded.Fields pod ? pod : null;
    }
}
