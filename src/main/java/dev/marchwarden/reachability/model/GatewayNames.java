package dev.marchwarden.reachability.model;

import dev.marchwarden.reachability.objects.Part;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The names under which isolated namespaces are served at the gateways of their system namespace. Routes of one name are merged, whosever they are, and
 * the oldest comes first (pilot/pkg/networking/core/gateway.go buildGatewayHTTPRouteConfig; pilot/pkg/config/kube/ingress/virtualservices.go).
 */
final class GatewayNames {
    private static final String EVERY = "*";

    /** By usergroup, name and namespace; a wildcard is {@code *.SUFFIX}. */
    private final Map<String, Map<String, Map<String, Part>>> claims = new TreeMap<>();

    void claim(String usergroup, Part name) {
        claim(usergroup, name, name.text());
    }

    void claim(String usergroup, Part by, String name) {
        claims.computeIfAbsent(usergroup, all -> new TreeMap<>())
                .computeIfAbsent(name.isEmpty() ? EVERY : name.toLowerCase(Locale.ROOT), all -> new TreeMap<>())
                .putIfAbsent(by.namespace(), by);
    }

    void look(ModelContext look) {
        claims.forEach((usergroup, names) -> names.forEach((name, ofName) -> {
            if (name.equals(EVERY)) {
                Scope all = Scope.usergroup(usergroup);
                ofName.forEach((to, claim) -> look.open(PathKind.EVERY_NAME, all, Scope.namespace(to), claim.link()));
                return;
            }
            Part first = ofName.values().iterator().next();
            ofName.values().stream().skip(1).forEach(other -> both(first, other, look));
            for (int dot = name.indexOf('.', 2); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                names.getOrDefault(EVERY + name.substring(dot), Map.of()).values().stream()
                        .filter(other -> !other.namespace().equals(first.namespace()))
                        .findFirst()
                        .ifPresent(other -> both(first, other, look));
            }
        }));
    }

    private static void both(Part one, Part other, ModelContext look) {
        Scope its = Scope.namespace(one.namespace());
        Scope theirs = Scope.namespace(other.namespace());
        look.open(PathKind.ONE_NAME, its, theirs, other.link(), one.link());
        look.open(PathKind.ONE_NAME, theirs, its, one.link(), other.link());
    }
}
