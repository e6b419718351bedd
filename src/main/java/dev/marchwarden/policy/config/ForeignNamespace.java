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
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A namespace across the boundary that is named in whatever way: to show something to it, or to take something from it. */
final class ForeignNamespace implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.FOREIGN_NAMESPACE;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(
                Reach.NAMESPACE,
                Reach.EXPORT,
                Reach.EXPORT_LIST,
                Reach.GATEWAY,
                Reach.GATEWAY_CLASS,
                Reach.EGRESS_HOST,
                Reach.SERVER_HOST,
                Reach.SECRET);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        if (leaf.reach() == Reach.GATEWAY_CLASS) {
            return gatewayClass(leaf, surroundings);
        }
        if (leaf.reach() == Reach.EXPORT_LIST) {
            return Arrays.stream(leaf.value().split(",", -1))
                    .map(item -> ofName(item.strip(), leaf, surroundings))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
        return ofName(leaf.isUnset() ? null : named(leaf), leaf, surroundings);
    }

    private @Nullable Violation ofName(@Nullable String namespace, Leaf leaf, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        if (namespace == null || namespace.equals(OWN) || namespace.equals(NONE)) {
            return null;
        }
        if (namespace.equals(EVERY) && leaf.reach() != Reach.NAMESPACE) {
            return boundary.isolated() ? everyNamespace(leaf, surroundings) : null;
        }
        boolean onlyOwn = isParent(leaf) && boundary.isolated();
        boolean holds = onlyOwn ? boundary.isOwn(namespace) : boundary.holds(namespace);
        if (holds || mayReach(namespace, surroundings)) {
            return null;
        }
        ViolationBuilder violation = surroundings
                .violation(name(), leaf)
                .expected(boundary.inWords())
                .because(boundary.consequence(namespace))
                .reaching(namespace);
        Usergroup there = boundary.usergroupOf(namespace);
        if (boundary.namespace().isEmpty() && there != null) {
            violation.unless(Requirement.administer(there));
        }
        return violation.fix("in " + leaf.path() + " name " + boundary.inWords() + ", or remove it");
    }

    /** The control plane of the other usergroup does not see this namespace, and cannot be removed while the Gateway is there. */
    private @Nullable Violation gatewayClass(Leaf leaf, ObjectSurroundings surroundings) {
        Usergroup owner = surroundings.tenancy().gatewayClassOwner(leaf.value());
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (owner == null || owner.equals(usergroup)) {
            return null;
        }
        String expected = usergroup == null
                ? "a class that no usergroup has"
                : usergroup.gatewayClass() + ", the class of usergroup " + usergroup.name();
        return surroundings
                .violation(name(), leaf)
                .expected(expected)
                .because("the control plane that serves this class does not see this namespace and would never deploy"
                        + " the Gateway")
                .reaching(owner.systemNamespace())
                .fix(
                        usergroup == null
                                ? "add the namespace to that usergroup, or use another class"
                                : "set " + leaf.path() + ": " + usergroup.gatewayClass());
    }

    /** Takes the identity and the Secrets of the gateway there: that is no use of what is shared. */
    private static boolean isParent(Leaf leaf) {
        return leaf.name().equals("internal.istio.io/parent-namespace");
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
