package dev.marchwarden.model;

import dev.marchwarden.policy.NamespaceState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What admitted configuration must not do, in words of its own: nothing here asks the tenancy or the policy. As {@link Border}, but
 * usergroup-2 isolates its namespaces, and 10.20.0.0/16 is the cluster's own.
 */
final class ConfigBorder {
    static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            metadata: {name: model}
            spec:
              clusterRanges: [10.20.0.0/16]
              usergroups:
              - name: usergroup-1
                systemNamespace: system-1
                revisions: [usergroup-1, usergroup-1-canary]
                tags: {usergroup-1-stable: usergroup-1-canary}
                owners: {groups: [team-1]}
                meshAdmins: {groups: [mesh-1]}
              - name: usergroup-2
                systemNamespace: system-2
                owners: {users: [bob]}
                isolation: namespace
              protectedNamespaces: [kube-system]
            """;

    private static final Map<String, String> SYSTEM = Map.of("system-1", "usergroup-1", "system-2", "usergroup-2");
    private static final String FOR_ONE = "STRICT for one revision only: ";

    /** What runs and is found in a system namespace is RBAC's business. */
    private static final Set<String> OF_KUBERNETES = Set.of("Pod", "Service");

    private static final Set<String> CLOSING = Set.of("AuthorizationPolicy", "PeerAuthentication", "EnvoyFilter");
    private static final Map<String, Set<String>> REVISIONS =
            Map.of("usergroup-1", Set.of("usergroup-1", "usergroup-1-canary"), "usergroup-2", Set.of("usergroup-2"));

    /** Where the hosts of the vocabulary lead; those outside the cluster are not here. */
    private static final Map<String, String> LEADS_TO = Map.of(
            "web", "(own)",
            "web.app-1.svc.cluster.local", "app-1",
            "web.app-2.svc.cluster.local", "app-2",
            "WEB.App-3.SVC.cluster.local.", "app-3",
            "web.app-3.svc.cluster.local", "app-3",
            "*.app-3.svc.cluster.local", "app-3",
            "web.app-4", "app-4",
            "web.app-4.svc.cluster.local", "app-4",
            "web.nowhere.svc", "nowhere",
            "istiod.system-2.svc.cluster.local", "system-2");

    private final Cluster cluster;

    ConfigBorder(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What this write of configuration broke. */
    List<String> violations(Actor actor, @Nullable ConfigItem before, @Nullable ConfigItem after) {
        List<String> violations = new ArrayList<>();
        if (after == null) {
            if (before != null && holdsTheUsergroup(before)) {
                violations.add("mutual TLS of a usergroup ended by the deletion of " + before);
            }
            if (before != null
                    && CLOSING.contains(before.kind())
                    && SYSTEM.containsKey(before.namespace())
                    && !actor.equals(Actor.MASTER)
                    && !actor.may(before.namespace())) {
                violations.add(actor + " opened what was closed for the whole usergroup: " + before);
            }
            return violations;
        }
        Set<String> introduced = crossings(after);
        if (before != null) {
            introduced.removeAll(crossings(before));
        }
        if (before == null || !"STRICT".equals(before.field("mode"))) {
            introduced.removeIf(crossing -> crossing.startsWith(FOR_ONE)); // it narrows nothing that was there
        }
        violations.addAll(introduced);
        boolean changed = before == null || !before.equals(after);
        String usergroup = usergroup(after.namespace());
        String system = usergroup == null ? "nobody's" : "system-" + usergroup.charAt(usergroup.length() - 1);
        boolean administers = actor.equals(Actor.MASTER) || actor.may(system);
        if (changed && after.namespace().equals(system) && !administers && !OF_KUBERNETES.contains(after.kind())) {
            violations.add(actor + " wrote for the whole usergroup: " + after);
        }
        String patch = after.field("patch");
        boolean patched = after.kind().equals("EnvoyFilter")
                && !Objects.equals(patch, before == null ? null : before.field("patch"));
        if (after.kind().equals("Pod") && "istio-ca".equals(after.field("token")) && changed && !administers) {
            violations.add(actor + " got a token for any control plane: " + after);
        }
        if (patched && !administers) {
            violations.add(actor + " patched proxies: " + after);
        }
        return violations;
    }

    private boolean holdsTheUsergroup(ConfigItem item) {
        NamespaceState namespace = cluster.find(item.namespace());
        return SYSTEM.containsKey(item.namespace())
                && item.kind().equals("PeerAuthentication")
                && "STRICT".equals(item.field("mode"))
                && (namespace == null || !namespace.terminating());
    }

    /** All by which an object reaches across as the cluster is now. */
    Set<String> crossings(ConfigItem item) {
        Set<String> crossings = new HashSet<>();
        String usergroup = usergroup(item.namespace());
        item.fields().forEach((field, value) -> {
            String crossing = crossing(item, field, value, usergroup);
            if (crossing != null) {
                crossings.add(field + "=" + value + crossing);
            }
        });
        String mode = item.field("mode");
        if (item.kind().equals("PeerAuthentication")
                && SYSTEM.containsKey(item.namespace())
                && (mode == null || mode.equals("UNSET"))) {
            crossings.add("a usergroup without STRICT: " + mode);
        }
        if (item.kind().equals("PeerAuthentication")
                && SYSTEM.containsKey(item.namespace())
                && item.field("rev") != null) {
            crossings.add(FOR_ONE + item.field("rev"));
        }
        if (item.kind().equals("Unheard")) {
            crossings.add("nobody knows what " + item.fields() + " is");
        }
        return crossings;
    }

    private @Nullable String crossing(ConfigItem item, String field, String value, @Nullable String usergroup) {
        boolean system = SYSTEM.containsKey(item.namespace());
        return switch (item.kind() + " " + field) {
            case "VirtualService hosts", "DestinationRule host", "ServiceEntry hosts" -> {
                boolean taken = !system && value.equals("*.local");
                String to = leads(value, item);
                boolean foreign = to != null
                        && (isolated(item.namespace())
                                ? !to.equals(item.namespace()) && !callsShared(to, item)
                                : !within(to, item.namespace()));
                yield taken || foreign ? " claimed" : null;
            }
            case "Service externalName" -> {
                String to = value.indexOf('.') < 0 ? null : leads(value, item);
                yield usergroup != null && (value.equals("*.local") || (to != null && !within(to, item.namespace())))
                        ? " aliased"
                        : null;
            }
            case "Service address" -> usergroup != null && value.startsWith("10.20.") ? " taken" : null;
            case "VirtualService destination" -> {
                String to = leads(value, item);
                yield value.equals("*.local") || (to != null && !within(to, item.namespace())) ? " reached" : null;
            }
            case "ServiceEntry address" -> {
                String to = leads(value, item);
                yield value.startsWith("10.20.") || (to != null && !within(to, item.namespace())) ? " dialled" : null;
            }
            case "VirtualService gateway" ->
                (value.equals("app-3/edge") && !within("app-3", item.namespace()))
                                || (value.equals("edge.app-1") && !within("app-1", item.namespace()))
                        ? " bound to"
                        : null;
            case "DestinationRule mode" -> {
                boolean plain = value.equals("DISABLE") || value.equals("SIMPLE");
                String host = Objects.requireNonNullElse(item.field("host"), "");
                boolean outside = host.equals("api.example.com");
                boolean ownServer = value.equals("SIMPLE") && item.namespace().equals(leads(host, item));
                yield plain && !outside && !ownServer ? " towards " + item.field("host") : null;
            }
            case "PeerAuthentication mode" -> value.equals("PERMISSIVE") || value.equals("DISABLE") ? " taken" : null;
            case "AuthorizationPolicy from" ->
                !"DENY".equals(item.field("action"))
                                && !"true".equals(item.field("dryRun"))
                                && !within(value, item.namespace())
                        ? " let in"
                        : null;
            case "Gateway host" -> {
                boolean open = value.startsWith("*/");
                boolean foreign = value.startsWith("app-3/") && !within("app-3", item.namespace());
                boolean bare = value.equals("shop.example.com") && isolated(item.namespace());
                yield open || foreign || bare ? " served" : null;
            }
            default ->
                switch (field) {
                    case "exportTo" -> exported(value, item) ? " shown" : null;
                    case "rev" ->
                        OF_KUBERNETES.contains(item.kind())
                                        || (usergroup != null
                                                && REVISIONS
                                                        .getOrDefault(usergroup, Set.of())
                                                        .contains(value))
                                ? null
                                : " read by another";
                    default -> null;
                };
        };
    }

    /** Whether it says how clients of its own namespace call what is in the system namespace, and nothing else. */
    private static boolean callsShared(String to, ConfigItem item) {
        String exportTo = Objects.requireNonNullElse(item.field("exportTo"), ".");
        return to.equals("system-2")
                && !item.kind().equals("ServiceEntry")
                && (exportTo.equals(".") || exportTo.equals(item.namespace()))
                && Objects.requireNonNullElse(item.field("gateway"), "mesh").equals("mesh");
    }

    private boolean exported(String value, ConfigItem item) {
        return switch (value) {
            case "." -> false;
            case "*" -> isolated(item.namespace());
            default -> !within(value, item.namespace());
        };
    }

    private static @Nullable String leads(String host, ConfigItem item) {
        String to = LEADS_TO.get(host);
        return "(own)".equals(to) ? item.namespace() : to;
    }

    private boolean isolated(String namespace) {
        return "usergroup-2".equals(usergroup(namespace)) && !SYSTEM.containsKey(namespace);
    }

    private boolean within(String target, String namespace) {
        if (target.equals(namespace)) {
            return true;
        }
        String usergroup = usergroup(namespace);
        if (usergroup == null) {
            return cluster.find(target) != null && usergroup(target) == null;
        }
        return isolated(namespace) ? target.equals("system-2") : usergroup.equals(usergroup(target));
    }

    private @Nullable String usergroup(String namespace) {
        NamespaceState state = cluster.find(namespace);
        String label = state == null ? null : state.label("usergroup");
        return SYSTEM.getOrDefault(namespace, label != null && SYSTEM.containsValue(label) ? label : null);
    }
}
