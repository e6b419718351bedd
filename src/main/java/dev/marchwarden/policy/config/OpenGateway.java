package dev.marchwarden.policy.config;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A gateway that accepts routes of others, or forwards what it cannot judge. */
final class OpenGateway implements ObjectRule {
    private static final Set<String> OWN_ROUTES = Set.of("Same", "None", "");
    private static final String BY_SELECTOR = "Selector";

    @Override
    public RuleName name() {
        return RuleName.OPEN_GATEWAY;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.ROUTE_ADMISSION, Reach.SERVER_TLS_MODE, Reach.SERVER_HOST, Reach.NETWORK_GATEWAY);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        return switch (leaf.reach()) {
            case ROUTE_ADMISSION -> routes(leaf, surroundings);
            case SERVER_TLS_MODE -> tlsMode(leaf, surroundings);
            case SERVER_HOST -> host(leaf, surroundings);
            case NETWORK_GATEWAY ->
                surroundings
                        .violation(name(), leaf)
                        .expected("no such label")
                        .because(
                                "its TLS listener on port 15443 would forward to any Service that the control plane knows, by SNI")
                        .fix("remove " + leaf.path());
            default -> throw new IllegalArgumentException(leaf.reach() + " opens no gateway");
        };
    }

    private @Nullable Violation routes(Leaf leaf, ObjectSurroundings surroundings) {
        boolean selector = leaf.value().equals(BY_SELECTOR);
        // Elsewhere the Gateway API is not Istio's alone; who attaches from within a usergroup is denied there.
        boolean inMesh = surroundings.boundary().usergroup() != null;
        if (!inMesh
                || OWN_ROUTES.contains(leaf.value())
                || (selector && NamespaceSelection.isWithin(leaf.owner(), surroundings))) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected("Same, or a Selector that nothing can match but "
                        + surroundings.boundary().inWords())
                .because("routes of others could take over the traffic of this gateway")
                .fix("set " + leaf.path() + ": Same, or Selector with matchLabels {"
                        + NamespaceSelection.example(surroundings) + "} beside it");
    }

    private @Nullable Violation tlsMode(Leaf leaf, ObjectSurroundings surroundings) {
        String mode = leaf.value().toUpperCase(Locale.ROOT).replace('-', '_');
        return mode.equals("AUTO_PASSTHROUGH")
                ? surroundings
                        .violation(name(), leaf)
                        .expected("a mode that ends TLS here, or PASSTHROUGH with routes of its own")
                        .because("it would forward to any Service that the control plane knows, by SNI")
                        .fix("in " + leaf.path() + " use another mode")
                : null;
    }

    private @Nullable Violation host(Leaf leaf, ObjectSurroundings surroundings) {
        ScopedHost host = ScopedHost.of(leaf.value());
        return ScopedHost.EVERY.equals(host.scope())
                ? surroundings
                        .violation(name(), leaf)
                        .expected("./HOST or NAMESPACE/HOST")
                        .because("VirtualServices of every namespace could take over the traffic of this gateway")
                        .fix("in " + leaf.path() + " write \"./" + host.host() + "\"")
                : null;
    }
}
