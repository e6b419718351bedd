package dev.marchwarden.cli;

import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.rollout.ClusterInventory;
import dev.marchwarden.rollout.ClusterReader;
import dev.marchwarden.rollout.Orphan;
import dev.marchwarden.rollout.Preflight;
import dev.marchwarden.rollout.WaitLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The cluster that a command works on, by its API and by helm. */
final class Cluster implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(30);

    private final ClusterClient client;
    private final Helm helm;
    private final WaitLimits limits;

    private Cluster(ClusterClient client, Helm helm, WaitLimits limits) {
        this.client = client;
        this.helm = helm;
        this.limits = limits;
    }

    static Cluster of(ClusterOptions options) {
        WaitLimits limits = options.limits();
        Helm helm = options.helm();
        return new Cluster(options.client(DEADLINE), helm, limits);
    }

    /** How a cluster stands to what is wanted of it. */
    record ClusterPlan(
            ClusterState state, Plan plan, ClusterInventory survey, List<Finding> findings, List<Orphan> retired) {
        boolean isBlocked() {
            return findings.stream().anyMatch(Finding::isError);
        }

        boolean isAsWanted() {
            return plan.steps().stream().allMatch(Plan.PlannedStep::isDone);
        }
    }

    ClusterPlan planFor(DesiredState desired) {
        try {
            ClusterState state = new ClusterReader(client, helm).read(desired.steps());
            Plan plan = Plan.of(desired.steps(), state);
            ClusterInventory survey = ClusterInventory.of(client);
            return new ClusterPlan(
                    state,
                    plan,
                    survey,
                    new Preflight(client).findings(desired, state, plan, survey),
                    Orphan.of(desired.tenancy(), survey));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    static Failure unreadable(IOException e) {
        return unreadable(e, "an API server, and helm, that answer");
    }

    /** @param expected where the failure itself does not say what to do */
    static Failure unreadable(IOException e, String expected) {
        return e instanceof ClusterException
                ? new Failure(String.valueOf(e.getMessage()), e)
                : new Failure("the cluster cannot be read: " + e.getMessage() + " (expected: " + expected + ")", e);
    }

    ClusterClient client() {
        return client;
    }

    Helm helm() {
        return helm;
    }

    WaitLimits limits() {
        return limits;
    }

    @Override
    public void close() {
        client.close();
    }
}
