package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A host that is defined or captured, and belongs to another namespace. On the gateway {@code mesh} a VirtualService takes the traffic of all who
 * import its hosts, wherever they are, and mutual TLS does not help against it (ISTIO-SECURITY-2026-002). Names outside the cluster are
 * limited where they are served; a client may call any.
 */
final class HostClaim implements ObjectRule {
    private static final String ANY = "*";
    /** Of a listener of the Gateway API. */
    private static final String HOSTNAME = "hostname";

    /** Of a rule of an Ingress. */
    private static final String INGRESS_HOST = "host";

    private static final Set<Reach> CLAIMS = Set.of(Reach.HOST_CLAIM, Reach.DNS_CLAIM, Reach.SERVER_HOST);
    private static final Set<String> PROTOCOLS_WITHOUT_NAMES = Set.of("TCP", "UDP");

    @Override
    public RuleName name() {
        return RuleName.HOST_CLAIM;
    }

    @Override
    public List<Violation> ofState(ObjectReach state, ObjectSurroundings surroundings) {
        Audience audience = null;
        List<Violation> violations = new ArrayList<>(0);
        for (Leaf leaf : state.leaves()) {
            if (!CLAIMS.contains(leaf.reach())) {
                continue;
            }
            if (audience == null) {
                audience = Audience.of(state.root(), state.kind(), surroundings.boundary());
            }
            Violation violation = ofClaim(leaf, audience, surroundings);
            if (violation != null) {
                violations.add(violation);
            }
        }
        violations.addAll(new SharedPort(surroundings).ofState(state));
        return violations;
    }

    private @Nullable Violation ofClaim(Leaf leaf, Audience audience, ObjectSurroundings surroundings) {
        String host =
                leaf.reach() == Reach.SERVER_HOST ? ScopedHost.of(leaf.value()).host() : leaf.value();
        if (leaf.isUnset() || (host.isEmpty() && leaf.name().equals(HOSTNAME))) {
            return ofMissing(leaf, audience, surroundings);
        }
        HostTarget target = leaf.reach() == Reach.HOST_CLAIM
                ? surroundings.hosts().destination(host)
                : surroundings.hosts().literal(host);
        return switch (target) {
            case HostTarget.InNamespace there -> inNamespace(there.namespace(), host, leaf, audience, surroundings);
            case HostTarget.Across across -> across(host, leaf, audience, surroundings);
            case HostTarget.Unclear unclear -> ForeignHost.unclear(name(), leaf, surroundings);
            case HostTarget.External outside -> external(outside.name(), leaf, audience, surroundings);
            case HostTarget.Address address -> null; // the business of ForeignAddress
            case HostTarget.Nowhere nowhere -> null;
        };
    }

    /** A listener without a host name serves every name, and a route without one all that its listener serves. */
    private @Nullable Violation ofMissing(Leaf leaf, Audience audience, ObjectSurroundings surroundings) {
        String protocol = leaf.beside("protocol");
        boolean listener = leaf.name().equals(HOSTNAME) || leaf.name().equals(INGRESS_HOST);
        boolean named = protocol == null || !PROTOCOLS_WITHOUT_NAMES.contains(protocol);
        return audience.shared() || (listener && named) ? external(ANY, leaf, audience, surroundings) : null;
    }

    private @Nullable Violation inNamespace(
            String there, String host, Leaf leaf, Audience audience, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        // Where namespaces are apart, the hosts of the system namespace are there for all to use and for none to take.
        boolean may = boundary.isOwn(there)
                || (boundary.holds(there) && (!boundary.isolated() || rulesOwnClients(leaf, audience)))
                || (surroundings.isShared(host) && mayUse(leaf, audience, boundary));
        return may
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected("a host in " + ownWords(boundary))
                        .because("the object that defines a host decides where its traffic goes")
                        .reaching(there)
                        .fix("in " + leaf.path() + " name a host in " + ownWords(boundary) + ", for example "
                                + surroundings.ownHost(leaf.value())
                                + "; to configure how your own clients call it, use exportTo: [\".\"]");
    }

    /** What a client's namespace says of how it calls a host (pilot/pkg/model/push_context.go destinationRule). */
    private static boolean rulesOwnClients(Leaf leaf, Audience audience) {
        return audience.ownClientsOnly() && !audience.serves() && leaf.reach() == Reach.HOST_CLAIM;
    }

    /** Of a shared service: for own clients, for the whole usergroup by its mesh admins, or without leading it elsewhere. */
    private static boolean mayUse(Leaf leaf, Audience audience, Boundary boundary) {
        return audience.mesh()
                && !audience.serves()
                && (audience.ownClientsOnly() || boundary.isSystem() || leadsNowhereElse(leaf));
    }

    /** A ServiceEntry that makes a name known and says nothing of where it is; its addresses are judged by themselves. */
    private static boolean leadsNowhereElse(Leaf leaf) {
        Branch spec = leaf.root().branch("spec");
        return leaf.reach() == Reach.DNS_CLAIM
                && spec != null
                && spec.child("ports") != null
                && spec.child("endpoints") == null
                && spec.child("workloadSelector") == null;
    }

    private static String ownWords(Boundary boundary) {
        return boundary.isolated()
                ? "its own namespace, for usergroup " + usergroupName(boundary) + " isolates its namespaces"
                : boundary.inWords();
    }

    private @Nullable Violation across(String host, Leaf leaf, Audience audience, ObjectSurroundings surroundings) {
        if (surroundings.boundary().isSystem() && leaf.reach() != Reach.DNS_CLAIM) {
            return null; // it speaks for all of the usergroup's hosts, and no control plane but its own hears it
        }
        if (host.equals(ANY) && audience.serves() && !audience.mesh()) {
            return external(ANY, leaf, audience, surroundings); // what comes in there, and nothing else
        }
        return surroundings
                .violation(name(), leaf)
                .expected("hosts in " + ownWords(surroundings.boundary()))
                .because("this matches hosts of every namespace")
                .fix("in " + leaf.path() + " name each host, or *.NAMESPACE.svc."
                        + surroundings.tenancy().clusterDomain() + " for all of one namespace");
    }

    private @Nullable Violation external(String name, Leaf leaf, Audience audience, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        Usergroup usergroup = boundary.usergroup();
        if (usergroup == null || !(audience.serves() || audience.shared())) {
            return null;
        }
        ServedNames names = new ServedNames(usergroup, boundary);
        if (audience.shared() ? names.given(name) : names.isAny() || names.given(name)) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected(names.inWords())
                .because(
                        audience.shared()
                                ? "at " + usergroup.systemNamespace() + ", which all namespaces of the usergroup share,"
                                        + " this would take traffic that is not this namespace's"
                                : "the tenancy gives it no other DNS names outside the cluster")
                .fix("in " + leaf.path() + " use one of these names, or ask the cluster admin to add the name to"
                        + " externalHosts of usergroup " + usergroup.name());
    }

    private static String usergroupName(Boundary boundary) {
        Usergroup usergroup = boundary.usergroup();
        return usergroup == null ? "" : usergroup.name();
    }
}
