package dev.marchwarden.policy.config;

import static dev.marchwarden.policy.config.ScopedHost.EVERY;
import static dev.marchwarden.policy.config.ScopedHost.NONE;
import static dev.marchwarden.policy.config.ScopedHost.OWN;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.policy.ViolationBuilder;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A namespace beyond the border that is named in whatever way: to show something to it, or to take something from it. */
final class ForeignNamespace implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.FOREIGN_NAMESPACE;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.NAMESPACE, Reach.EXPORT, Reach.GATEWAY, Reach.EGRESS_HOST, Reach.SERVER_HOST, Reach.SECRET);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        String namespace = named(leaf);
        Boundary boundary = surroundings.boundary();
        if (namespace == null || namespace.equals(OWN) || namespace.equals(NONE)) {
            return null;
        }
        if (namespace.equals(EVERY) && leaf.reach() != Reach.NAMESPACE) {
            return boundary.isolated() ? everyNamespace(leaf, surroundings) : null;
        }
        if (boundary.holds(namespace) || mayReach(namespace, surroundings)) {
            return null;
        }
        ViolationBuilder violation = surroundings
                .violation(name(), leaf)
                .expected(boundary.inWords())
                .because(boundary.consequence(namespace))
                .reaching(namespace)
                .restingOn(evidence(leaf));
        Usergroup there = boundary.usergroupOf(namespace);
        if (boundary.namespace().isEmpty() && there != null) {
            violation.unless(new Requirement(Requirement.Verb.ADMINISTER, there.name()));
        }
        return violation.fix("in " + leaf.path() + " name " + boundary.inWords() + ", or remove it");
    }

    /** What is shown to others or bound to what is theirs, and what is referred to or granted. */
    private static List<String> evidence(Leaf leaf) {
        Branch spec = leaf.root().branch("spec");
        return switch (leaf.reach()) {
            case EXPORT -> spec == null ? List.of() : spec.texts(Set.of("exportTo"));
            case GATEWAY -> spec == null ? List.of() : spec.texts(Set.of("gateways"));
            case NAMESPACE -> List.of(leaf.owner().asText(), leaf.root().asText("spec", "to"));
            default -> List.of();
        };
    }

    /** What is in no namespace is on nobody's side: whoever may speak for the namespace's usergroup may name it. */
    private static boolean mayReach(String namespace, ObjectSurroundings surroundings) {
        Usergroup there = surroundings.boundary().usergroupOf(namespace);
        return surroundings.boundary().namespace().isEmpty() && there != null && surroundings.mayAdminister(there);
    }

    /** The namespace in a value, {@link ScopedHost#EVERY} for all; null where it names none. */
    private static @Nullable String named(Leaf leaf) {
        String value = leaf.value();
        return switch (leaf.reach()) {
            case NAMESPACE -> value.isEmpty() ? null : value;
            case EXPORT -> value;
            case GATEWAY -> GatewayReference.namespace(value);
            case EGRESS_HOST -> egress(value);
            // Without a namespace it is every one; with a * it is OpenGateway's business.
            case SERVER_HOST -> EVERY.equals(ScopedHost.of(value).scope()) ? null : orEvery(ScopedHost.of(value));
            case SECRET -> secret(value);
            default -> throw new IllegalArgumentException(leaf.reach() + " names no namespace");
        };
    }

    private static @Nullable String egress(String value) {
        // ~NAMESPACE/HOST takes out what another entry brought in.
        boolean takesOut = value.length() > 1 && value.startsWith(NONE) && value.charAt(1) != '/';
        return takesOut ? null : orEvery(ScopedHost.of(value));
    }

    private static String orEvery(ScopedHost host) {
        return host.scope() == null ? EVERY : host.scope();
    }

    /** Without a scheme it is {@code kubernetes://}, so that there may be a namespace as well (pilot/pkg/model/credentials/resource.go). */
    private static @Nullable String secret(String value) {
        int scheme = value.indexOf("://");
        String rest = scheme < 0 ? value : value.substring(scheme + 3);
        int slash = rest.indexOf('/');
        return slash < 0 ? null : rest.substring(0, slash);
    }

    private Violation everyNamespace(Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings
                .violation(name(), leaf)
                .expected(surroundings.boundary().inWords())
                .because("this means every namespace of the usergroup")
                .restingOn(evidence(leaf))
                .fix("in " + leaf.path() + " write \"" + fix(leaf) + "\"");
    }

    private static String fix(Leaf leaf) {
        return switch (leaf.reach()) {
            case EGRESS_HOST, SERVER_HOST -> "./" + ScopedHost.of(leaf.value()).host();
            case GATEWAY -> leaf.value().substring(leaf.value().lastIndexOf('/') + 1);
            default -> OWN;
        };
    }
}
