package dev.marchwarden.policy.config;

import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.policy.ViolationBuilder;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Configuration that makes mutual TLS optional or drops it. It is what keeps the meshes apart on the wire: a server that takes plain text takes it from
 * everybody.
 */
final class MtlsDowngrade implements ObjectRule {
    private static final String STRICT = "STRICT";
    private static final String UNSET = "UNSET";
    private static final String ISTIO_MUTUAL = "ISTIO_MUTUAL";
    private static final Set<String> TLS = Set.of("SIMPLE", "MUTUAL");

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
        if (leaf.value().equals(STRICT) || isUnset(leaf.value())) {
            return null;
        }
        ViolationBuilder violation = surroundings
                .violation(name(), leaf)
                .expected(STRICT + " or " + UNSET)
                .because("workloads would accept plain text from every pod in the cluster");
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (usergroup != null && isPortOfSome(leaf)) {
            if (surroundings.mayAdminister(usergroup)) {
                violation.atMostWarning();
            } else {
                violation.unless(Requirement.administer(usergroup));
            }
        }
        return violation.fix("set " + leaf.path() + ": " + STRICT + ", or remove it");
    }

    /**
     * One port of selected workloads. An API server has no certificate of a mesh, so a webhook with a sidecar needs such a port, and the
     * other way to have one takes it out of the proxy altogether.
     */
    private static boolean isPortOfSome(Leaf leaf) {
        return leaf.path().startsWith("spec.portLevelMtls[")
                && !leaf.root().asText("spec", "selector").isEmpty();
    }

    private static boolean isUnset(String mode) {
        return mode.equals(UNSET) || mode.isEmpty();
    }

    private @Nullable Violation clientMode(Leaf leaf, ObjectSurroundings surroundings) {
        String host = leaf.root().text("spec", "host");
        if (leaf.value().equals(ISTIO_MUTUAL) || isOutside(host, surroundings)) {
            return null;
        }
        ViolationBuilder violation = surroundings
                .violation(name(), leaf)
                .expected("ISTIO_MUTUAL, or no mode, towards hosts of the mesh")
                .because("clients would not use Istio's mutual TLS, so neither side would know the other's identity");
        if (TLS.contains(leaf.value()) && isOwn(host, surroundings)) {
            violation.atMostWarning(); // a server of one's own that ends TLS itself; under STRICT its proxy refuses it
        }
        return violation.fix("set " + leaf.path() + ": ISTIO_MUTUAL, or remove the whole tls section");
    }

    private static boolean isOwn(@Nullable String host, ObjectSurroundings surroundings) {
        return host != null
                && surroundings.hosts().destination(host) instanceof HostTarget.InNamespace there
                && surroundings.boundary().isOwn(there.namespace());
    }

    private static boolean isOutside(@Nullable String host, ObjectSurroundings surroundings) {
        return host != null
                && switch (surroundings.hosts().destination(host)) {
                    case HostTarget.InNamespace there -> surroundings.isShared(host);
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
                        .atMostWarning() // always of the own namespace, as a DestinationRule for an own server is
                        .fix(
                                "remove this target if the Service does not end TLS itself: the mesh encrypts the traffic");
    }

    @Override
    public List<Violation> ofState(ObjectReach state, ObjectSurroundings surroundings) {
        return new StrictPolicy(surroundings).ofState(state);
    }

    @Override
    public List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        return new StrictPolicy(surroundings).ofChange(change);
    }
}
