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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps policies in the API server as they are wanted while this replica leads: what is missing is made, what differs is put right, and
 * what is not wanted any more is deleted. It remembers nothing that the next leader would need.
 */
public final class PolicyKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyKeeper.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final LeaderLease lease;
    private final LivePolicies live;
    private final Supplier<List<JsonNode>> wanted;
    private final List<ObjectName> all;
    private final Duration every;
    private final BackgroundTask task;
    private volatile boolean kept;
    private volatile String problem = "";

    /**
     * @param wanted the objects, in the order in which they are made
     * @param all every object that may ever be wanted, in that order
     * @param every how often it looks
     */
    public PolicyKeeper(
            BackgroundTasks tasks,
            LeaderLease lease,
            LivePolicies live,
            Supplier<List<JsonNode>> wanted,
            List<ObjectName> all,
            Duration every) {
        this.lease = lease;
        this.live = live;
        this.wanted = wanted;
        this.all = List.copyOf(all);
        this.every = every;
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
            kept = false;
            said("");
            return every;
        }
        String first = "";
        try {
            first = keep(live.ownership());
        } catch (IOException e) {
            first = String.valueOf(e.getMessage());
        }
        if (Thread.currentThread().isInterrupted()) {
            return every;
        }
        kept = first.isEmpty();
        said(first);
        return kept ? every : AFTER_FAILURE;
    }

    /** The first problem; empty where there is none. One object that cannot be written keeps no other from being written. */
    private String keep(ObjectNode ownership) throws IOException {
        List<String> problems = new ArrayList<>();
        Set<ObjectName> used = new HashSet<>();
        for (JsonNode object : wanted.get()) {
            ObjectName name = ObjectName.policy(
                    object.path("kind").asText(), object.at("/metadata/name").asText());
            used.add(name);
            attempt(name, "written", () -> live.keep(object, ownership), problems);
        }
        for (ObjectName name : all.reversed()) { // a binding before its policy
            if (!used.contains(name)) {
                attempt(name, "deleted", () -> live.remove(name), problems);
            }
        }
        return problems.isEmpty() ? "" : problems.getFirst();
    }

    /** What is done with one object. */
    private interface Attempt {
        boolean run() throws IOException;
    }

    private void attempt(ObjectName name, String done, Attempt attempt, List<String> problems) {
        if (!lease.isHeld()) {
            return;
        }
        try {
            if (attempt.run()) {
                LOG.info("twin: {} {}", name, done);
            }
        } catch (IOException e) {
            problems.add(String.valueOf(e.getMessage()));
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
        return kept ? "as the tenancy says" : lease.isHeld() ? "not looked at yet" : "kept by the replica that leads";
    }

    @Override
    public void close() {
        task.close();
    }
}
