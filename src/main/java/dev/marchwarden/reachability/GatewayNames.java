package dev.marchwarden.reachability;

import dev.marchwarden.tenancy.RuleName;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The names under which isolated namespaces are served at the gateways of their system namespace. Routes of one name are merged, whosever they are, and
 * the oldest comes first (pilot/pkg/networking/core/gateway.go buildGatewayHTTPRouteConfig; pilot/pkg/config/kube/ingress/virtualservices.go).
 */
final class GatewayNames {
    private record Claim(String namespace, ChainLink link) {}

    /** By usergroup and name; a wildcard is {@code *.SUFFIX}. */
    private final Map<String, Map<String, Map<String, Claim>>> claims = new TreeMap<>();

    private final Map<String, Map<String, Claim>> everything = new HashMap<>();

    void claim(String usergroup, String namespace, String name, ChainLink link) {
        Claim claim = new Claim(namespace, link);
        if (name.isEmpty() || name.equals("*")) {
            everything.computeIfAbsent(usergroup, all -> new TreeMap<>()).putIfAbsent(namespace, claim);
        } else {
            claims.computeIfAbsent(usergroup, all -> new TreeMap<>())
                    .computeIfAbsent(name.toLowerCase(Locale.ROOT), all -> new TreeMap<>())
                    .putIfAbsent(namespace, claim);
        }
    }

    void look(Consumer<Opening> found) {
        everything.forEach((usergroup, all) -> all.values()
                .forEach(claim -> found.accept(new Opening(
                        Scope.usergroup(usergroup),
                        Scope.namespace(claim.namespace),
                        List.of(claim.link),
                        RuleName.HOST_CLAIM,
                        "it takes every name of a gateway of the system namespace, its neighbours' too"))));
        claims.forEach((usergroup, names) -> names.forEach((name, ofName) -> {
            Claim first = ofName.values().iterator().next();
            ofName.values().stream().skip(1).forEach(other -> both(first, other, found));
            for (int dot = name.indexOf('.', 2); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                Map<String, Claim> wider = names.getOrDefault("*" + name.substring(dot), Map.of());
                wider.values().stream()
                        .filter(other -> !other.namespace.equals(first.namespace))
                        .findFirst()
                        .ifPresent(other -> both(first, other, found));
            }
        }));
    }

    private static void both(Claim one, Claim other, Consumer<Opening> found) {
        found.accept(taken(one, other));
        found.accept(taken(other, one));
    }

    private static Opening taken(Claim from, Claim to) {
        return new Opening(
                Scope.namespace(from.namespace),
                Scope.namespace(to.namespace),
                List.of(to.link, from.link),
                RuleName.HOST_CLAIM,
                "both are served under one name at a gateway of the system namespace, which merges their routes");
    }
}
