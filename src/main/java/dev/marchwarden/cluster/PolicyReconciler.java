package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps policies in the API server as they are wanted while this replica leads: what is missing is made, what differs is put right, and
 * what is not wanted any more is deleted. It remembers nothing that the next leader would need.
 */
public final class PolicyReconciler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReconciler.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** How often it looks while the policies are not in force yet. */
    private static final Duration UNTIL_IN_FORCE = Duration.ofSeconds(1);

    private final LeaderLease lease;
    private final LivePolicies live;
    private final Supplier<List<JsonNode>> wanted;
    private final List<ObjectName> all;
    private final Duration every;
    private final Duration toTakeEffect;
    private final Runnable changed;
    private final BackgroundTask task;
    private volatile boolean kept;
    private volatile String problem = "";
    private volatile TwinState state = TwinState.UNKNOWN;

    /** When all were found as wanted and checked; null while they are not. By {@link System#nanoTime}. */
    private @Nullable Long foundAt;

    /**
     * @param wanted the objects, in the order in which they are made
     * @param all every object that may ever be wanted, in that order
     * @param every how often it looks
     * @param toTakeEffect how long every API server takes at most to decide by policies that are there
     * @param changed run after each change of {@link #state}
     */
    public PolicyReconciler(
            BackgroundTasks tasks,
            LeaderLease lease,
            LivePolicies live,
            Supplier<List<JsonNode>> wanted,
            List<ObjectName> all,
            Duration every,
            Duration toTakeEffect,
            Runnable changed) {
        this.lease = lease;
        this.live = live;
        this.wanted = wanted;
        this.all = List.copyOf(all);
        this.every = every;
        this.toTakeEffect = toTakeEffect;
        this.changed = changed;
        this.task = tasks.task("twin", this::round);
    }

    public void start() {
        task.start();
    }

    /** This replica leads now, or something else is wanted. */
    public void wake() {
        task.wake();
    }

    private Duration round() {
        if (!lease.isHeld()) {
            return standBy();
        }
        Round round = new Round();
        try {
            keep(live.ownership(), round);
        } catch (IOException e) {
            round.problems.addFirst(String.valueOf(e.getMessage()));
        }
        if (Thread.currentThread().isInterrupted()) {
            return every;
        }
        if (!lease.isHeld()) { // it has not looked at all of them
            return standBy();
        }
        kept = round.problems.isEmpty();
        said(kept ? "" : round.problems.getFirst());
        judge(round);
        return !kept ? AFTER_FAILURE : state == TwinState.IN_FORCE ? every : shorter(every, UNTIL_IN_FORCE);
    }

    private Duration standBy() {
        kept = false;
        said("");
        foundAt = null;
        becomes(TwinState.UNKNOWN);
        return every;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** What one round found. */
    private static final class Round {
        final List<String> problems = new ArrayList<>();
        boolean wrote;
        boolean unchecked;
    }

    private void judge(Round round) {
        long now = System.nanoTime();
        if (!round.problems.isEmpty() || round.wrote || round.unchecked) {
            foundAt = null;
            becomes(TwinState.BEHIND);
            return;
        }
        Long since = foundAt;
        if (since == null) {
            foundAt = now;
            becomes(TwinState.UNKNOWN);
        } else if (now - since >= toTakeEffect.toNanos()) {
            becomes(TwinState.IN_FORCE);
        }
    }

    private void becomes(TwinState now) {
        if (state != now) {
            state = now;
            changed.run();
        }
    }

    /** Whether the API server decides by what is kept here. */
    public TwinState state() {
        return lease.isHeld() ? state : TwinState.UNKNOWN;
    }

    /** One object that cannot be written keeps no other from being written. */
    private void keep(ObjectNode ownership, Round round) throws IOException {
        Set<ObjectName> used = new HashSet<>();
        for (JsonNode object : wanted.get()) {
            ObjectName name = ObjectName.policy(
                    object.path("kind").asText(), object.at("/metadata/name").asText());
            used.add(name);
            attempt(name, "written", () -> live.keep(object, ownership), round);
            if (round.problems.isEmpty() && !round.wrote && !round.unchecked && foundAt == null && lease.isHeld()) {
                round.unchecked = !live.isChecked(object);
            }
        }
        for (ObjectName name : all.reversed()) { // a binding before its policy
            if (!used.contains(name)) {
                Round removal = new Round(); // one policy too many takes nothing from the others
                attempt(name, "deleted", () -> live.remove(name), removal);
                round.problems.addAll(removal.problems);
            }
        }
    }

    /** What is done with one object. */
    private interface Attempt {
        boolean run() throws IOException;
    }

    private void attempt(ObjectName name, String done, Attempt attempt, Round round) {
        if (!lease.isHeld()) {
            return;
        }
        try {
            if (attempt.run()) {
                round.wrote = true;
                LOG.info("twin: {} {}", name, done);
            }
        } catch (IOException e) {
            round.problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void said(String why) {
        if (!why.equals(problem)) {
            problem = why;
            if (!why.isEmpty()) {
                LOG.error("twin: {}; trying again", why);
            }
        }
    }

    /** Whether this replica leads, and the policies are not as wanted, as far as it knows. */
    public boolean isBehind() {
        return lease.isHeld() && !kept;
    }

    /** How it stands, in words. */
    public String detail() {
        if (!problem.isEmpty()) {
            return problem;
        }
        return kept
                ? "as the tenancy says" + (state == TwinState.IN_FORCE ? "" : "; not relied on yet")
                : lease.isHeld() ? "not looked at yet" : "kept by the replica that leads";
    }

    @Override
    public void close() {
        task.close();
    }
}
