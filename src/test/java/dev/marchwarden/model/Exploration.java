package dev.marchwarden.model;

import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Policy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Writes after writes from some state on, until nothing new turns up or something breaks. */
final class Exploration {
    private final World world;
    private final ApiServer apiServer;
    /** Each state that was reached, with the writes that led to it. */
    private final Map<Cluster, Arrival> reached = new HashMap<>();

    private int steps;
    private int admitted;
    private Optional<String> violation = Optional.empty();

    private record Arrival(Optional<Cluster> from, Optional<Write> by) {}

    Exploration(World world, Policy policy) {
        this.world = world;
        this.apiServer = new ApiServer(policy);
    }

    /** What was broken, with the writes that led there; empty where nothing was. */
    Optional<String> violation() {
        return violation;
    }

    @Override
    public String toString() {
        return "%-52s %,8d states, %,9d writes, %,8d admitted, %,9d reviews"
                .formatted(world.title(), reached.size(), steps, admitted, apiServer.reviews());
    }

    /** Every state that can be reached from an empty cluster. */
    Exploration exhaustive() {
        Deque<Cluster> open = new ArrayDeque<>();
        reached.put(Cluster.EMPTY, new Arrival(Optional.empty(), Optional.empty()));
        open.add(Cluster.EMPTY);
        while (!open.isEmpty() && violation.isEmpty()) {
            Cluster cluster = open.remove();
            for (Write write : world.writes(cluster)) {
                step(cluster, write).ifPresent(after -> {
                    if (reached.putIfAbsent(after, new Arrival(Optional.of(cluster), Optional.of(write))) == null) {
                        open.add(after);
                    }
                });
                if (violation.isPresent()) {
                    break;
                }
            }
            wayOut(cluster);
        }
        return this;
    }

    /** Walks of so many writes, every other of which starts in a cluster that is in disorder already. */
    Exploration random(long seed, int walks, int length) {
        Random random = new Random(seed);
        for (int walk = 0; walk < walks && violation.isEmpty(); walk++) {
            Cluster cluster = walk % 2 == 0 ? Cluster.EMPTY : world.anyCluster(random);
            reached.putIfAbsent(cluster, new Arrival(Optional.empty(), Optional.empty()));
            for (int i = 0; i < length && violation.isEmpty(); i++) {
                Cluster before = cluster;
                Write write = world.anyWrite(before, random);
                cluster = step(before, write).orElse(before);
                reached.putIfAbsent(cluster, new Arrival(Optional.of(before), Optional.of(write)));
            }
            wayOut(cluster);
        }
        return this;
    }

    private Optional<Cluster> step(Cluster before, Write write) {
        steps++;
        Optional<Cluster> after = apiServer.apply(before, write);
        if (after.isPresent()) {
            admitted++;
            List<String> violations = Border.violations(before, write, after.get());
            if (!violations.isEmpty() && violation.isEmpty()) {
                violation = Optional.of(violations + " by " + write + " after " + path(before));
            }
        }
        return after;
    }

    /** From here every namespace can still be deleted, and whatever is wrong with one put right. */
    private void wayOut(Cluster cluster) {
        for (NamespaceState namespace : cluster.namespaces().values()) {
            if (violation.isEmpty()) {
                violation = deleted(cluster, namespace.name());
            }
            if (violation.isEmpty()) {
                violation = fixed(cluster, namespace.name());
            }
        }
    }

    private Optional<String> deleted(Cluster cluster, String name) {
        Cluster left = cluster;
        for (Write write : Border.deletion(cluster, name)) {
            Optional<Cluster> after = apiServer.apply(left, write);
            if (after.isEmpty()) {
                return Optional.of(name + " cannot be deleted: " + write + " after " + path(cluster));
            }
            left = after.get();
        }
        return left.find(name) == null ? Optional.empty() : Optional.of(name + " outlives its deletion");
    }

    private Optional<String> fixed(Cluster cluster, String name) {
        Optional<Cluster> after = apiServer.apply(cluster, Write.update(Actor.MASTER, "", name, Border.fixed(name)));
        boolean whole = after.map(fixed -> fixed.find(name))
                .map(state -> Border.sins(state).isEmpty())
                .orElse(false);
        return whole ? Optional.empty() : Optional.of(name + " cannot be fixed after " + path(cluster));
    }

    private String path(Cluster cluster) {
        List<String> path = new ArrayList<>();
        path.add(cluster.toString());
        Cluster at = cluster;
        Arrival arrival;
        while ((arrival = reached.get(at)) != null
                && arrival.from().isPresent()
                && arrival.by().isPresent()
                && path.size() < 20) {
            path.add(0, arrival.by().get().toString());
            at = arrival.from().get();
        }
        return String.join("\n  ", path);
    }
}
