package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.policy.ViolationBuilder;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A host that is defined or captured though it is another's. On the gateway {@code mesh} a VirtualService takes the traffic of all who
 * import its hosts, wherever they are, and mutual TLS does not help against it (ISTIO-SECURITY-2026-002).
 */
final class HostClaim implements ObjectRule {
    private static final String ANY = "*";
    private static final int MAX_SHOWN = 10;

    @Override
    public RuleName name() {
        return RuleName.HOST_CLAIM;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.HOST_CLAIM, Reach.DNS_CLAIM, Reach.SERVER_HOST);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        String host =
                leaf.reach() == Reach.SERVER_HOST ? ScopedHost.of(leaf.value()).host() : leaf.value();
        HostTarget target = leaf.reach() == Reach.HOST_CLAIM
                ? surroundings.hosts().destination(host)
                : surroundings.hosts().literal(host);
        return switch (target) {
            case HostTarget.InNamespace there -> inNamespace(there.namespace(), leaf, surroundings);
            case HostTarget.Across across -> across(host, leaf, surroundings);
            case HostTarget.Unclear unclear -> ForeignHost.unclear(name(), leaf, surroundings);
            case HostTarget.External outside -> external(outside.name(), leaf, surroundings);
            case HostTarget.Address address -> null; // the business of ForeignAddress
            case HostTarget.Nowhere nowhere -> null;
        };
    }

    private @Nullable Violation inNamespace(String there, Leaf leaf, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        // Where namespaces are apart, the hosts of the system namespace are there for all to use and for none to take.
        boolean may = boundary.isolated() ? boundary.isOwn(there) : boundary.holds(there);
        return may
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected("a host in " + ownWords(boundary))
                        .because("whoever defines a host decides where its traffic goes")
                        .reaching(there)
                        .restingOn(traffic(leaf))
                        .fix("in " + leaf.path() + " name a host in " + ownWords(boundary) + ", for example "
                                + surroundings.ownHost(leaf.value())
                                + "; what is for another's host is for its owner to write");
    }

    /** What becomes of the traffic that is claimed, and whose that is; other claims are judged by themselves. */
    private static List<String> traffic(Leaf leaf) {
        List<String> traffic = new ArrayList<>();
        Branch spec = leaf.root().branch("spec");
        if (spec != null) {
            traffic.addAll(spec.texts(Set.of("host", "hosts", "hostnames", "listeners", "servers", "gateways")));
        }
        traffic.add(servesGatewaysOnly(leaf) ? "what comes in by gateways" : "all traffic");
        return traffic;
    }

    private static String ownWords(Boundary boundary) {
        return boundary.isolated()
                ? "its own namespace, for usergroup " + usergroupName(boundary) + " isolates its namespaces"
                : boundary.inWords();
    }

    private @Nullable Violation across(String host, Leaf leaf, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (surroundings.boundary().isSystem() && leaf.reach() != Reach.DNS_CLAIM) {
            return null; // it speaks for all of the usergroup's hosts, and no control plane but its own hears it
        }
        if (host.equals(ANY) && servesGatewaysOnly(leaf)) {
            return usergroup == null || usergroup.externalHosts().isAny() ? null : external(ANY, leaf, surroundings);
        }
        return surroundings
                .violation(name(), leaf)
                .expected("hosts in " + ownWords(surroundings.boundary()))
                .because("this takes in hosts of every namespace")
                .restingOn(traffic(leaf))
                .fix("in " + leaf.path() + " name the hosts that are meant, or *.NAMESPACE.svc."
                        + surroundings.tenancy().clusterDomain() + " for all of one namespace");
    }

    /** On a gateway that is not the mesh, {@code *} is what comes in there and nothing else. */
    private static boolean servesGatewaysOnly(Leaf leaf) {
        return leaf.reach() == Reach.SERVER_HOST || GatewayReference.excludesMesh(leaf.root());
    }

    private @Nullable Violation external(String name, Leaf leaf, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        Usergroup usergroup = boundary.usergroup();
        if (usergroup == null || usergroup.externalHosts().isAny()) {
            return null;
        }
        Set<String> names = usergroup.externalHosts().names(boundary.namespace(), boundary.isSystem());
        if (names.stream().anyMatch(pattern -> covers(pattern, name))) {
            return null;
        }
        ViolationBuilder violation = surroundings
                .violation(name(), leaf)
                .expected("one of the names that usergroup " + usergroup.name() + " may claim: " + shown(names))
                .because("the tenancy gives it no other DNS names outside the cluster");
        return violation.fix("in " + leaf.path()
                + " use one of these, or have the cluster admin add the name to the usergroup's externalHosts");
    }

    /** The first of them: a tenancy may have thousands. */
    private static String shown(Set<String> names) {
        int more = names.size() - MAX_SHOWN;
        return names.stream().limit(MAX_SHOWN).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }

    /** Whether all that the name stands for, itself perhaps a wildcard, is covered. */
    private static boolean covers(String pattern, String name) {
        String lower = pattern.toLowerCase(Locale.ROOT);
        return lower.startsWith("*.")
                ? name.endsWith(lower.substring(1)) && name.length() >= lower.length()
                : name.equals(lower);
    }

    private static String usergroupName(Boundary boundary) {
        Usergroup usergroup = boundary.usergroup();
        return usergroup == null ? "" : usergroup.name();
    }
}
