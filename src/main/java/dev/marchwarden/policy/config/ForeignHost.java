package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A destination across the boundary: where requests are sent, mirrored or redirected to, or for whom they pretend to be. */
final class ForeignHost implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.FOREIGN_HOST;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.HOST, Reach.AUTHORITY, Reach.HEADER, Reach.BACKEND);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        return switch (target(leaf, surroundings.hosts())) {
            case HostTarget.InNamespace there -> inNamespace(there.namespace(), leaf, surroundings);
            case HostTarget.Across across ->
                surroundings
                        .violation(name(), leaf)
                        .expected("one host in " + surroundings.boundary().inWords())
                        .because("this matches hosts of every namespace")
                        .fix("in " + leaf.path() + " name one host, for example " + surroundings.ownHost("NAME"));
            case HostTarget.Unclear unclear -> unclear(name(), leaf, surroundings);
            case HostTarget.External outside -> null;
            case HostTarget.Address address -> null; // the business of ForeignAddress
            case HostTarget.Nowhere nowhere -> null;
        };
    }

    /** Of whatever rule a host is read for. */
    static Violation unclear(RuleName rule, Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings
                .violation(rule, leaf)
                .expected("a DNS name: letters, digits, hyphens and dots, in ASCII")
                .because("programs read different hosts in this value")
                .fix("in " + leaf.path() + " write the name in full and in plain letters");
    }

    private @Nullable Violation inNamespace(String there, Leaf leaf, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        return boundary.holds(there) || surroundings.isShared(leaf.value())
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected("a host in " + boundary.inWords())
                        .because(boundary.consequence(there))
                        .reaching(there)
                        .fix("in " + leaf.path() + " name a host in " + boundary.inWords() + ", for example "
                                + surroundings.ownHost(leaf.value()));
    }

    private static HostTarget target(Leaf leaf, HostTarget.Reader hosts) {
        return switch (leaf.reach()) {
            case HOST -> hosts.destination(leaf.value());
            case AUTHORITY -> hosts.literal(leaf.value());
            case HEADER -> rewritesHost(leaf) ? hosts.literal(leaf.value()) : new HostTarget.Nowhere();
            case BACKEND ->
                "Hostname".equals(leaf.beside("kind")) ? hosts.literal(leaf.value()) : new HostTarget.Nowhere();
            default -> throw new IllegalArgumentException(leaf.reach() + " is no host");
        };
    }

    private static boolean rewritesHost(Leaf leaf) {
        String header = leaf.beside("name");
        return header != null && (header.equalsIgnoreCase("host") || header.equalsIgnoreCase(":authority"));
    }
}
