package dev.marchwarden.policy.rules;

import static dev.marchwarden.istio.MeshLabels.DATAPLANE_MODE;
import static dev.marchwarden.istio.MeshLabels.WAYPOINT_CANARY_NAMESPACE;
import static dev.marchwarden.istio.MeshLabels.WAYPOINT_NAMESPACE;

import dev.marchwarden.policy.NamespaceRule;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.Isolation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ambient mode, which has one ztunnel a node and one istio-cni a cluster: they enrol by label whatever the discovery selectors say, so
 * usergroups cannot be told apart there (istio: cni/pkg/util/enablement_selector.go).
 */
final class AmbientMode implements NamespaceRule {
    private static final List<String> WAYPOINTS = List.of(WAYPOINT_NAMESPACE, WAYPOINT_CANARY_NAMESPACE);

    @Override
    public RuleName name() {
        return RuleName.AMBIENT_MODE;
    }

    @Override
    public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        List<Violation> violations = new ArrayList<>();
        String mode = state.label(DATAPLANE_MODE);
        if (mode != null && mode.equals("ambient")) {
            violations.add(violation(
                    DATAPLANE_MODE,
                    mode,
                    "no such label, or \"none\"",
                    "the node's ztunnel would capture the pods' traffic, and it belongs to no usergroup",
                    null,
                    state,
                    surroundings));
        }
        for (String key : WAYPOINTS) {
            String waypoint = state.label(key);
            if (waypoint != null && !isWithinBoundary(waypoint, state, surroundings)) {
                // The same words for a namespace of another usergroup and one that does not exist: a denial reveals
                // neither.
                violations.add(violation(
                        key,
                        waypoint,
                        "a namespace within its own boundary",
                        "the waypoint there would see all traffic to this namespace",
                        surroundings.namespaces().find(waypoint),
                        state,
                        surroundings));
            }
        }
        return violations;
    }

    private static boolean isWithinBoundary(String target, NamespaceState state, Surroundings surroundings) {
        if (target.equals(state.name())) {
            return !target.isEmpty(); // a namespace that has no name yet is not meant
        }
        NamespaceState there = surroundings.namespaces().find(target);
        String label = surroundings.usergroupOf(state);
        if (there == null || !Objects.equals(label, surroundings.usergroupOf(there))) {
            return false;
        }
        Usergroup usergroup = label == null ? null : surroundings.tenancy().usergroup(label);
        return usergroup == null
                || usergroup.isolation() == Isolation.USERGROUP
                || target.equals(usergroup.systemNamespace());
    }

    private Violation violation(
            String key,
            String value,
            String expected,
            String because,
            @Nullable NamespaceState there,
            NamespaceState state,
            Surroundings surroundings) {
        String label = surroundings.usergroupOf(state);
        Set<String> concerned = new HashSet<>();
        for (String usergroup : Arrays.asList(label, there == null ? null : surroundings.usergroupOf(there))) {
            if (usergroup != null && surroundings.tenancy().usergroup(usergroup) != null) {
                concerned.add(usergroup);
            }
        }
        return new Violation(
                name(),
                Surroundings.labelPath(key),
                value,
                expected,
                because,
                surroundings.fix().remove(key).toString(),
                value + " in " + label,
                concerned,
                null);
    }
}
