package dev.marchwarden.policy.core;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMaps and Secrets in a system namespace that configure its istiod: mesh settings, injection templates, defaults of Gateways, the
 * certificate authority's key, other clusters. They speak for the whole usergroup, and so does their deletion.
 */
final class ControlPlaneInputs implements ObjectRule {
    /** {@code istio}, {@code istio-REVISION}, {@code istio-sidecar-injector-REVISION}, ... (manifests/charts/istio-control). */
    private static final String CONFIG_MAPS = "istio";

    private static final Set<String> SECRETS = Set.of(IstioNames.BROUGHT_CA_SECRET, IstioNames.CA_SECRET);

    @Override
    public RuleName name() {
        return RuleName.MESH_WIDE_CONFIG;
    }

    @Override
    public List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (usergroup == null
                || !surroundings.boundary().isSystem()
                || !isInput(change)
                || surroundings.mayRun(usergroup)) {
            return List.of();
        }
        return List.of(surroundings
                .violation(name(), "metadata.name", change.name())
                .expected("a change by a mesh admin of usergroup " + usergroup.name())
                .because(Quoted.of(change.user().name()) + " may not configure the control plane of the usergroup")
                .unless(Requirement.administer(usergroup))
                .fix("ask a mesh admin of " + usergroup.name()));
    }

    private static boolean isInput(ObjectChange change) {
        return change.group().isEmpty()
                && (isNamed(change.kind(), change.name())
                        || has(change, Reach.CLASS_DEFAULTS)
                        || has(change, Reach.REMOTE_CLUSTER));
    }

    /** Whether an object is one by its name. */
    static boolean isNamed(String kind, String name) {
        return switch (kind) {
            case "ConfigMap" -> name.startsWith(CONFIG_MAPS) && !name.equals(IstioNames.ROOT_CONFIG_MAP);
            case "Secret" -> SECRETS.contains(name);
            default -> false;
        };
    }

    /** Before or after: what is taken away counts too. */
    private static boolean has(ObjectChange change, Reach reach) {
        return has(change.before(), reach) || has(change.after(), reach);
    }

    private static boolean has(@Nullable ObjectReach object, Reach reach) {
        return object != null && !object.leaves(reach).isEmpty();
    }
}
