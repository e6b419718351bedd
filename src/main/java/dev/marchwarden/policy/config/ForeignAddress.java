package dev.marchwarden.policy.config;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An address beyond the border: a name of somebody else's Service where an address is meant, or an IP address among the cluster's own,
 * which belong to no one's registry.
 */
final class ForeignAddress implements ObjectRule {
    private static final String SOCKET = "unix:";

    @Override
    public RuleName name() {
        return RuleName.FOREIGN_ADDRESS;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(
                Reach.ADDRESS,
                Reach.HOST,
                Reach.HOST_CLAIM,
                Reach.DNS_CLAIM,
                Reach.AUTHORITY,
                Reach.BACKEND,
                Reach.OUTBOUND_MODE);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        String value = leaf.value();
        return switch (leaf.reach()) {
            case OUTBOUND_MODE -> outboundMode(leaf, surroundings);
            case BACKEND -> "Hostname".equals(leaf.beside("kind")) ? ofHost(value, leaf, surroundings) : null;
            case ADDRESS -> value.toLowerCase(Locale.ROOT).startsWith(SOCKET) ? null : ofAddress(leaf, surroundings);
            default -> ofHost(value, leaf, surroundings);
        };
    }

    /** Names are judged elsewhere there. */
    private @Nullable Violation ofHost(String host, Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings.hosts().literal(host) instanceof HostTarget.Address address
                ? ofRange(address.range(), leaf, surroundings)
                : null;
    }

    private @Nullable Violation ofAddress(Leaf leaf, ObjectSurroundings surroundings) {
        return switch (surroundings.hosts().literal(leaf.value())) {
            case HostTarget.Address address -> ofRange(address.range(), leaf, surroundings);
            case HostTarget.InNamespace there -> inNamespace(there.namespace(), leaf, surroundings);
            case HostTarget.Across across ->
                surroundings
                        .violation(name(), leaf)
                        .expected(expected(surroundings))
                        .because("this name is the cluster's, and of no one namespace")
                        .fix(fix(leaf, surroundings));
            case HostTarget.Unclear unclear ->
                surroundings
                        .violation(name(), leaf)
                        .expected("an IP address as Kubernetes writes them, or a DNS name")
                        .because("not everybody reads the same address in it")
                        .fix("in " + leaf.path() + " write the address in full");
            case HostTarget.External outside -> null;
            case HostTarget.Nowhere nowhere -> null;
        };
    }

    private @Nullable Violation inNamespace(String there, Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings.boundary().holds(there)
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected(expected(surroundings))
                        .because("traffic would be sent to another's Service past what its control plane decides")
                        .reaching(there)
                        .fix(fix(leaf, surroundings));
    }

    private static String expected(ObjectSurroundings surroundings) {
        return "an address outside the cluster, or of a Service in "
                + surroundings.boundary().inWords();
    }

    private static String fix(Leaf leaf, ObjectSurroundings surroundings) {
        return "in " + leaf.path() + " name an address outside the cluster, or a host such as "
                + surroundings.ownHost("NAME");
    }

    private @Nullable Violation ofRange(AddressRange range, Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings.tenancy().isInCluster(range)
                ? surroundings
                        .violation(name(), leaf)
                        .expected("an address outside the cluster's own ranges")
                        .because("pods and Services there belong to whoever runs them, and their addresses to others"
                                + " tomorrow")
                        .fix("in " + leaf.path() + " name a Service by its host instead")
                : null;
    }

    private @Nullable Violation outboundMode(Leaf leaf, ObjectSurroundings surroundings) {
        return leaf.value().equals("ALLOW_ANY")
                ? surroundings
                        .violation(name(), leaf)
                        .expected("REGISTRY_ONLY, or what the mesh has set")
                        .because("clients could send to any address, other usergroups' pods included")
                        .fix("remove " + leaf.path() + ", or set it to REGISTRY_ONLY")
                : null;
    }
}
