package dev.marchwarden.reachability;

import dev.marchwarden.tenancy.Tenancy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether any workload reaches one beyond its border: nobody does, and what that rests on, or the shortest chain for all who do. Looks at each object a
 * bounded number of times, and never at pairs of namespaces.
 *
 * @param openings one for each two scopes, the shortest chain first; sorted
 * @param more how many other ways there are between scopes that have an opening already
 * @param facts what the answer rests on
 */
public record ReachabilityProof(List<Opening> openings, int more, List<Fact> facts) {
    public ReachabilityProof {
        openings = List.copyOf(openings);
        facts = List.copyOf(facts);
    }

    /** @param networkPolicies whether the network plugin is known to enforce them */
    public static ReachabilityProof of(Tenancy tenancy, ClusterObjects objects, boolean networkPolicies) {
        Sides sides = new Sides(tenancy, objects);
        Meshes meshes = new Meshes(tenancy, objects);
        List<Fact> facts = new ArrayList<>();
        Found found = new Found(new NetworkReach(objects, sides), networkPolicies);
        DiscoveryReach discovery = new DiscoveryReach(tenancy, objects, sides, meshes);
        discovery.look(found::add);
        discovery(discovery.confined(), objects, facts);
        new TrustReach(tenancy, objects, sides, meshes, facts).look(found::add);
        WorkloadReach workloads = new WorkloadReach(tenancy, objects, sides, meshes);
        workloads.look(found::add);
        new ConfigurationReach(objects, sides, meshes, new Destinations(tenancy, objects)).look(found::add);
        assumptions(objects, workloads.count(), networkPolicies, facts);
        return new ReachabilityProof(found.sorted(), found.more(), facts);
    }

    /** The same as far as it is about some namespaces; null for any. */
    public ReachabilityProof between(
            @Nullable String from, @Nullable String to, Tenancy tenancy, ClusterObjects objects) {
        Sides sides = new Sides(tenancy, objects);
        return new ReachabilityProof(
                openings.stream()
                        .filter(opening -> from == null || opening.from().covers(from, sides))
                        .filter(opening -> to == null || opening.to().covers(to, sides))
                        .toList(),
                from == null && to == null ? more : 0,
                facts);
    }

    /** What is open here, and was not there. */
    public ReachabilityProof against(ReachabilityProof old) {
        Set<String> known = new HashSet<>();
        old.openings.forEach(opening -> known.add(opening.identity()));
        return new ReachabilityProof(
                openings.stream()
                        .filter(opening -> !known.contains(opening.identity()))
                        .toList(),
                0,
                facts);
    }

    /** The API groups of which every kind is to be read: one that the model does not know may open anything. */
    public static Set<String> groups() {
        return ConfigurationReach.GUARDED;
    }

    public boolean isNone() {
        return openings.isEmpty();
    }

    private static void discovery(List<Mesh> confined, ClusterObjects objects, List<Fact> facts) {
        for (Mesh mesh : confined) {
            String basis = mesh.source() == null
                    ? "as bootstrap sets it up; verify: mesh-config"
                    : "ConfigMap " + objects.namespace(mesh.source()) + "/"
                            + mesh.source().name();
            facts.add(new Fact(
                    "discovery",
                    "the istiod of revision " + mesh.revision() + " reads the namespaces of usergroup " + mesh.name()
                            + " alone",
                    mesh.source() != null,
                    basis));
        }
    }

    private static void assumptions(ClusterObjects objects, int workloads, boolean networkPolicies, List<Fact> facts) {
        facts.add(new Fact(
                "objects", objects.size() + " objects are all there is that can matter", false, "what was read"));
        facts.add(new Fact(
                "workloads",
                workloads == 0
                        ? "no pod opts out of its proxy, or has another"
                        : workloads + " pods and templates were looked at, and what runs is as they say",
                workloads > 0,
                workloads > 0
                        ? "pods and templates; for what runs, verify: sidecars"
                        : "no pod or template was read; verify: sidecars"));
        facts.add(new Fact(
                "revisions",
                "each revision and tag is injected by the control plane that the tenancy names",
                false,
                "verify: injector"));
        facts.add(new Fact(
                "signing", "an istiod signs for workloads of its own usergroup alone", false, "verify: istiod-access"));
        facts.add(new Fact(
                "system",
                "what has no proxy in a system namespace is the control plane's own",
                false,
                "who may write there is RBAC's"));
        facts.add(new Fact(
                "keys", "no workload uses its proxy's key by itself", false, "not to be seen from outside the pod"));
        facts.add(new Fact(
                "network",
                networkPolicies ? "NetworkPolicies are enforced" : "NetworkPolicies keep nothing out",
                false,
                networkPolicies ? "--network-policies" : "the worst case"));
    }

    /** Between two scopes the shortest chain is kept; of two as long the first by name, so that a cluster has one answer. */
    private static final class Found {
        private static final Comparator<Opening> SHORTEST = Comparator.<Opening>comparingInt(
                        opening -> opening.chain().size())
                .thenComparing(Opening::identity);

        private final Map<String, Opening> best = new HashMap<>();
        private final Map<String, Boolean> closed = new HashMap<>();
        private final NetworkReach network;
        private final boolean enforced;
        private int seen;

        Found(NetworkReach network, boolean enforced) {
            this.network = network;
            this.enforced = enforced;
        }

        void add(Opening opening) {
            boolean shut = enforced
                    && opening.isPlain()
                    && opening.to().kind() == Scope.Kind.NAMESPACE
                    && closed.computeIfAbsent(opening.to().name(), network::closes);
            if (!shut) {
                seen++;
                best.merge(
                        opening.from() + " > " + opening.to(),
                        opening,
                        (one, other) -> SHORTEST.compare(one, other) <= 0 ? one : other);
            }
        }

        List<Opening> sorted() {
            return best.values().stream()
                    .sorted(Comparator.comparing(Opening::to).thenComparing(Opening::from))
                    .toList();
        }

        int more() {
            return seen - best.size();
        }
    }
}
