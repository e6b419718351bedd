package dev.marchwarden.policy.config;

import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes mutual TLS optional or drops it. It is what keeps the meshes apart on the wire: a server that takes plain text takes it from
 * everybody. The selector-less STRICT policy of a system namespace holds for the whole usergroup, so that it must stay.
 */
final class MtlsDowngrade implements ObjectRule {
    private static final String NAMESPACE_CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";
    private static final String STRICT = "STRICT";
    private static final String UNSET = "UNSET";
    private static final String ISTIO_MUTUAL = "ISTIO_MUTUAL";

    @Override
    public RuleName name() {
        return RuleName.MTLS_DOWNGRADE;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.MTLS_MODE, Reach.CLIENT_TLS_MODE, Reach.TLS_TARGET);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        return switch (leaf.reach()) {
            case MTLS_MODE -> serverMode(leaf, surroundings);
            case CLIENT_TLS_MODE -> clientMode(leaf, surroundings);
            case TLS_TARGET -> target(leaf, surroundings);
            default -> throw new IllegalArgumentException(leaf.reach() + " is no mode");
        };
    }

    private @Nullable Violation serverMode(Leaf leaf, ObjectSurroundings surroundings) {
        return leaf.value().equals(STRICT) || isUnset(leaf.value())
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected(STRICT + " or " + UNSET)
                        .because("workloads would take plain text, and that from everybody in the cluster")
                        .restingOn(leaf.root().asText("spec", "selector"))
                        .fix("set " + leaf.path() + ": " + STRICT + ", or remove it");
    }

    private static boolean isUnset(String mode) {
        return mode.equals(UNSET) || mode.isEmpty();
    }

    private @Nullable Violation clientMode(Leaf leaf, ObjectSurroundings surroundings) {
        String host = leaf.root().text("spec", "host");
        return leaf.value().equals(ISTIO_MUTUAL) || isOutside(host, surroundings)
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected("ISTIO_MUTUAL, or no mode, towards hosts of the mesh")
                        .because(
                                "clients would drop Istio's mutual TLS, and with it who they are and whom they talk to")
                        .restingOn(String.valueOf(host))
                        .restingOn(leaf.root().asText("spec", "workloadSelector"))
                        .restingOn(leaf.root().asText("spec", "exportTo"))
                        .restingOn(leaf.item())
                        .fix("set " + leaf.path() + ": ISTIO_MUTUAL, or remove all of the tls that it is in");
    }

    private static boolean isOutside(@Nullable String host, ObjectSurroundings surroundings) {
        return host != null
                && switch (surroundings.hosts().destination(host)) {
                    case HostTarget.External external -> true;
                    case HostTarget.Address address -> true;
                    default -> false;
                };
    }

    private @Nullable Violation target(Leaf leaf, ObjectSurroundings surroundings) {
        String kind = leaf.beside("kind");
        // Elsewhere the Gateway API is not Istio's alone, and another's clients have no mutual TLS to lose.
        boolean inMesh = surroundings.boundary().usergroup() != null;
        return (kind != null && !kind.isEmpty() && !kind.equals("Service")) || !inMesh
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected("a target outside the mesh, of kind ServiceEntry for example")
                        .because("clients would speak plain TLS to this Service instead of Istio's mutual TLS")
                        .fix("remove this target, for the mesh encrypts what goes to it already");
    }

    /** The policy of the whole usergroup must say STRICT itself: there is nothing above it to inherit that from. */
    @Override
    public List<Violation> ofState(ObjectReach state, ObjectSurroundings surroundings) {
        if (!isUsergroupWide(state, surroundings)) {
            return List.of();
        }
        String mode = state.text("spec", "mtls", "mode");
        return mode != null && !isUnset(mode)
                ? List.of()
                : List.of(surroundings
                        .violation(name(), "spec.mtls.mode", mode)
                        .expected(STRICT)
                        .because("the policy without a selector in the system namespace holds for the whole usergroup,"
                                + " and Istio's own default takes plain text")
                        .fix("set spec.mtls.mode: " + STRICT));
    }

    @Override
    public List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        ObjectReach before = change.before();
        ObjectReach after = change.after();
        if (before == null
                || !isUsergroupWide(before, surroundings)
                || !STRICT.equals(before.text("spec", "mtls", "mode"))) {
            return List.of();
        }
        if (change.operation() == Operation.DELETE) {
            return isGoing(change, surroundings) ? List.of() : List.of(deletion(change, surroundings));
        }
        boolean narrowed =
                change.operation() == Operation.UPDATE && after != null && !isUsergroupWide(after, surroundings);
        return narrowed
                ? List.of(surroundings
                        .violation(name(), "spec.selector", "a selector")
                        .expected("none")
                        .because("this policy keeps mutual TLS for the whole usergroup, and would hold for some"
                                + " workloads only")
                        .fix("remove spec.selector, and write a second policy for those workloads"))
                : List.of();
    }

    private static boolean isUsergroupWide(ObjectReach policy, ObjectSurroundings surroundings) {
        return surroundings.boundary().isSystem()
                && policy.kind().kind().equals("PeerAuthentication")
                && policy.root().asText("spec", "selector").isEmpty();
    }

    /** The namespace controller deletes what is in a namespace that is going; our own view of the namespace may lag behind its. */
    private static boolean isGoing(ObjectChange change, ObjectSurroundings surroundings) {
        NamespaceState namespace = surroundings.namespaces().find(change.namespace());
        return change.user().name().equals(NAMESPACE_CONTROLLER) || (namespace != null && namespace.terminating());
    }

    private Violation deletion(ObjectChange change, ObjectSurroundings surroundings) {
        return surroundings
                .violation(name(), "metadata.name", change.name())
                .expected("it to stay, as long as its control plane serves anybody")
                .because(
                        "this policy keeps mutual TLS for the whole usergroup, and Istio's own default takes plain text")
                .fix("change what is in it instead, or delete the system namespace " + change.namespace()
                        + " once nobody needs it");
    }
}
