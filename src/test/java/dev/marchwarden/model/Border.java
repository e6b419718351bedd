package dev.marchwarden.model;

import dev.marchwarden.policy.NamespaceState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must hold after every admitted write, in words of its own: nothing here asks the tenancy or the policy.
 *
 * <p>Fixed: usergroup-1 with two revisions and a tag and its control plane in system-1, usergroup-2 with one revision and system-2,
 * kube-system protected.
 */
public final class Border {
    public static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            metadata: {name: model}
            spec:
              usergroups:
              - name: usergroup-1
                systemNamespace: system-1
                revisions: [usergroup-1, usergroup-1-canary]
                tags: {usergroup-1-stable: usergroup-1-canary}
                owners: {groups: [team-1]}
              - name: usergroup-2
                systemNamespace: system-2
                owners: {users: [bob]}
              protectedNamespaces: [kube-system]
            """;

    /** The labels that can make or break anything. */
    public static final Set<String> GUARDED = Set.of(
            "usergroup",
            "istio.io/rev",
            "istio-injection",
            "istio.io/dataplane-mode",
            "istio.io/use-waypoint-namespace",
            "istio.io/use-waypoint-canary-namespace");

    private static final Map<String, String> SERVES = Map.of(
            "usergroup-1", "usergroup-1",
            "usergroup-1-canary", "usergroup-1",
            "usergroup-1-stable", "usergroup-1",
            "usergroup-2", "usergroup-2");
    private static final Map<String, String> SYSTEM = Map.of("system-1", "usergroup-1", "system-2", "usergroup-2");
    private static final Set<String> USERGROUPS = Set.copyOf(SYSTEM.values());
    private static final Set<String> PROTECTED = Set.of("kube-system");
    private static final List<String> WAYPOINTS =
            List.of("istio.io/use-waypoint-namespace", "istio.io/use-waypoint-canary-namespace");

    private Border() {}

    /** What the write broke; nothing where the border is as whole as it was. */
    static List<String> violations(Cluster before, Write write, Cluster after) {
        List<String> violations = new ArrayList<>();
        Set<String> all = new HashSet<>(before.namespaces().keySet());
        all.addAll(after.namespaces().keySet());
        for (String name : all) {
            NamespaceState earlier = before.find(name);
            NamespaceState now = after.find(name);
            if (now == null || now.equals(earlier)) {
                continue;
            }
            Set<String> sins = sins(now);
            if (earlier != null) {
                sins.removeAll(sins(earlier));
            }
            violations.addAll(sins);
            waypoints(earlier, now, after, violations);
            membership(write.actor(), earlier, now, violations);
        }
        deletion(before, write, violations);
        return violations;
    }

    /** What is wrong with a namespace as it stands. */
    public static Set<String> sins(NamespaceState namespace) {
        Set<String> sins = new HashSet<>();
        String usergroup = namespace.label("usergroup");
        String revision = namespace.label("istio.io/rev");
        String injection = namespace.label("istio-injection");
        String own = SYSTEM.get(namespace.name());
        if ("ambient".equals(namespace.label("istio.io/dataplane-mode"))) {
            sins.add("ambient");
        }
        if (usergroup != null && !USERGROUPS.contains(usergroup)) {
            sins.add("unknown usergroup " + usergroup);
        }
        String serves = revision == null ? null : SERVES.get(revision);
        if (revision != null && serves == null) {
            sins.add("unknown revision " + revision);
        }
        if (PROTECTED.contains(namespace.name())) {
            Map<String, String> labels = new HashMap<>(namespace.labels());
            labels.remove("istio-injection", "disabled");
            labels.remove("istio.io/dataplane-mode", "none");
            labels.forEach((key, value) -> sins.add("protected, with " + key + "=" + value));
        } else if (own != null) {
            system(own, usergroup, revision, injection, sins);
        } else if (usergroup != null || revision != null) {
            if (serves != null && usergroup != null && USERGROUPS.contains(usergroup) && !serves.equals(usergroup)) {
                sins.add(usergroup + " injected by " + revision);
            }
            boolean known = usergroup != null && USERGROUPS.contains(usergroup);
            if ((known && revision == null) || (usergroup == null && serves != null)) {
                sins.add("half a pair: " + usergroup + ", " + revision);
            }
            if (usergroup != null && serves != null && !USERGROUPS.contains(usergroup)) {
                sins.add("injected by " + serves + " as a member of " + usergroup);
            }
            if (injection != null) {
                sins.add("a member with istio-injection=" + injection);
            }
        }
        return sins;
    }

    private static void system(
            String own,
            @Nullable String usergroup,
            @Nullable String revision,
            @Nullable String injection,
            Set<String> sins) {
        if (usergroup != null && !usergroup.equals(own)) {
            sins.add("system namespace of " + own + " labelled " + usergroup);
        }
        if (revision != null && !own.equals(SERVES.get(revision))) {
            sins.add("system namespace of " + own + " injected by " + revision);
        }
        if ("enabled".equals(injection)) {
            sins.add("system namespace of " + own + " injected by the default revision");
        }
    }

    private static void waypoints(
            @Nullable NamespaceState earlier, NamespaceState now, Cluster after, List<String> violations) {
        String usergroup = now.label("usergroup");
        for (String key : WAYPOINTS) {
            String target = now.label(key);
            boolean changed = earlier == null
                    || !Objects.equals(target, earlier.label(key))
                    || !Objects.equals(usergroup, earlier.label("usergroup"));
            if (target == null || !changed || target.equals(now.name())) {
                continue;
            }
            NamespaceState there = after.find(target);
            if (there == null || !Objects.equals(usergroup, there.label("usergroup"))) {
                violations.add("a waypoint across the border, in " + target);
            }
        }
    }

    private static void membership(
            Actor actor, @Nullable NamespaceState earlier, NamespaceState now, List<String> violations) {
        String from = earlier == null ? null : earlier.label("usergroup");
        String to = now.label("usergroup");
        if (Objects.equals(from, to)) {
            return;
        }
        String own = SYSTEM.get(now.name());
        for (String usergroup : new String[] {from, to}) {
            if (usergroup != null
                    && USERGROUPS.contains(usergroup)
                    && !actor.may(own == null ? usergroup : now.name())) {
                violations.add(actor + " moved " + now.name() + " from " + from + " to " + to);
            }
        }
        if (own != null && own.equals(from)) {
            violations.add("system namespace of " + own + " lost its label");
        }
    }

    private static void deletion(Cluster before, Write write, List<String> violations) {
        String own = SYSTEM.get(write.name());
        NamespaceState namespace = before.find(write.name());
        if (own == null
                || namespace == null
                || namespace.terminating()
                || !write.operation().equals("DELETE")) {
            return;
        }
        liveMembers(before, own)
                .forEach(member -> violations.add(write.name() + " deleted under its member " + member));
    }

    private static List<String> liveMembers(Cluster cluster, String usergroup) {
        return cluster.namespaces().values().stream()
                .filter(one -> !one.terminating() && !usergroup.equals(SYSTEM.get(one.name())))
                .filter(one -> usergroup.equals(one.label("usergroup")))
                .map(NamespaceState::name)
                .toList();
    }

    /**
     * The writes that end with this namespace gone. A system namespace's live members go first; another's system namespace that poses as
     * a member is put right instead (two that pose as each other's would wait for ever).
     */
    static List<Write> deletion(Cluster cluster, String name) {
        String own = SYSTEM.get(name);
        List<Write> writes = new ArrayList<>();
        for (String member : own == null ? List.<String>of() : liveMembers(cluster, own)) {
            if (SYSTEM.containsKey(member)) {
                writes.add(Write.update(Actor.MASTER, "", member, fixed(member)));
            } else {
                writes.addAll(deleted(cluster, member));
            }
        }
        writes.addAll(deleted(cluster, name));
        return writes;
    }

    private static List<Write> deleted(Cluster cluster, String name) {
        NamespaceState state = cluster.namespaces().get(name);
        Map<String, String> labels = state == null ? Map.of() : state.labels();
        return List.of(
                Write.delete(Actor.MASTER, name),
                Write.update(Actor.CONTROLLER, "status", name, labels),
                Write.finalizing(Actor.CONTROLLER, name, labels));
    }

    /** Labels that put a namespace right whatever is wrong with it. */
    static Map<String, String> fixed(String name) {
        String own = SYSTEM.get(name);
        return own == null ? Map.of() : Map.of("usergroup", own);
    }
}
