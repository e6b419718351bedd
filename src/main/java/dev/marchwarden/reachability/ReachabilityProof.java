package dev.marchwarden.reachability;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.reachability.model.ConfigurationReach;
import dev.marchwarden.reachability.model.DiscoveryReach;
import dev.marchwarden.reachability.model.ModelContext;
import dev.marchwarden.reachability.model.NetworkReach;
import dev.marchwarden.reachability.model.OpenPath;
import dev.marchwarden.reachability.model.Scope;
import dev.marchwarden.reachability.model.Separation;
import dev.marchwarden.reachability.model.TrustReach;
import dev.marchwarden.reachability.model.WorkloadReach;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.Tenancy;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether any workload reaches one across its boundary: nobody does, and what that rests on, or the shortest chain for all who do. Looks at each object a
 * bounded number of times, and never at pairs of namespaces.
 *
 * @param openings one for each two scopes, the shortest chain first; sorted
 * @param more how many other ways there are between scopes that have an opening already
 * @param facts what the answer rests on
 */
public record ReachabilityProof(List<OpenPath> openings, int more, List<Fact> facts) {
    public ReachabilityProof {
        openings = List.copyOf(openings);
        facts = List.copyOf(facts);
    }

    /** @param networkPolicies whether the network plugin is known to enforce them */
    public static ReachabilityProof of(Tenancy tenancy, ClusterObjects objects, boolean networkPolicies) {
        Found found = new Found(new NetworkReach(objects, new Separation(tenancy, objects)), networkPolicies);
        ModelContext look = ModelContext.at(tenancy, objects, found::add);
        new DiscoveryReach(look).look();
        TrustReach trust = new TrustReach(look);
        trust.look();
        WorkloadReach workloads = new WorkloadReach(look);
        workloads.look();
        new ConfigurationReach(look).look();
        return new ReachabilityProof(
                found.sorted(), found.more(), new ProofFacts(look, trust, workloads, networkPolicies).all());
    }

    /** The same as far as it is about some namespaces; null for any. */
    public ReachabilityProof between(
            @Nullable String from, @Nullable String to, Tenancy tenancy, ClusterObjects objects) {
        Separation sides = new Separation(tenancy, objects);
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

    /** The same once {@code verify} has looked at the cluster: what it confirms is checked, and on what it denies nothing can rest. */
    public ReachabilityProof verified(List<Finding> findings) {
        return new ReachabilityProof(
                openings,
                more,
                facts.stream().map(fact -> fact.verified(findings)).toList());
    }

    /**
     * The answer for people, in one line.
     *
     * @param complete whether everything could be read
     */
    public String describe(ProofQuestion question, boolean complete) {
        String answer = isNone() ? question.none() : question.ways(openings.size(), more);
        if (!complete) {
            return "not proven: something could not be read. Of what could: " + answer;
        }
        return isFounded() ? answer : "not proven: a fact that this rests on is wrong. Otherwise: " + answer;
    }

    public boolean isNone() {
        return openings.isEmpty();
    }

    /** Whether nothing that this rests on is known to be otherwise. */
    public boolean isFounded() {
        return facts.stream().noneMatch(fact -> fact.state() == Fact.State.WRONG);
    }

    /** Between two scopes the shortest chain is kept; of two as long the first by name, so that a cluster has one answer. */
    private static final class Found {
        private static final Comparator<OpenPath> SHORTEST = Comparator.<OpenPath>comparingInt(
                        opening -> opening.chain().size())
                .thenComparing(OpenPath::identity);

        private static final Comparator<OpenPath> BY_SCOPES =
                Comparator.comparing(OpenPath::to, Found::byKind).thenComparing(OpenPath::from, Found::byKind);

        private final Map<String, OpenPath> best = new HashMap<>();
        private final Map<String, Boolean> closed = new HashMap<>();
        private final NetworkReach network;
        private final boolean enforced;
        private int seen;

        Found(NetworkReach network, boolean enforced) {
            this.network = network;
            this.enforced = enforced;
        }

        void add(OpenPath opening) {
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

        List<OpenPath> sorted() {
            return best.values().stream().sorted(BY_SCOPES).toList();
        }

        private static int byKind(Scope one, Scope other) {
            int kinds = one.kind().compareTo(other.kind());
            return kinds == 0 ? one.name().compareTo(other.name()) : kinds;
        }

        int more() {
            return seen - best.size();
        }
    }
}
