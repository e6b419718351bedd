package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.Change;
import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.HelmRelease;
import dev.marchwarden.bootstrap.InstalledRelease;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.Plan.PlannedStep;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out a plan, step by step, and nothing that is not in it; what it left when it was stopped is in the next plan. */
public final class Rollout {
    private final ClusterClient cluster;
    private final Helm helm;
    private final WaitLimits limits;
    private final Progress progress;

    public Rollout(ClusterClient cluster, Helm helm, WaitLimits limits, Progress progress) {
        this.cluster = cluster;
        this.helm = helm;
        this.limits = limits;
        this.progress = progress;
    }

    /** Throws {@link StoppedException} at the first step that fails, or where the thread is interrupted. */
    public void apply(Plan plan, ClusterState state) throws StoppedException {
        List<String> names =
                plan.steps().stream().map(planned -> planned.step().name()).toList();
        for (int i = 0; i < names.size(); i++) {
            long begin = System.nanoTime();
            PlannedStep planned = plan.steps().get(i);
            try {
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("interrupted");
                }
                progress.begins(i + 1, names.size(), names.get(i));
                take(planned, state);
                new ObjectReadiness(cluster, limits).await(planned.step(), progress);
                progress.ends(Duration.ofNanos(System.nanoTime() - begin), !planned.isDone());
            } catch (IOException e) {
                throw new StoppedException(names.subList(0, i), names.get(i), names.subList(i + 1, names.size()), e);
            }
        }
    }

    private void take(PlannedStep planned, ClusterState state) throws IOException {
        for (int i = 0; i < planned.changes().size(); i++) {
            Change change = planned.changes().get(i);
            if (change.action() == Change.Action.NONE) {
                continue;
            }
            progress.does(change.action().words() + " " + change.subject());
            switch (planned.step()) {
                case Step.Objects its ->
                    new ObjectWriter(cluster, limits).write(its.objects().get(i));
                case Step.Release its ->
                    upgrade(its.release(), state.releases().get(its.release().id()));
            }
        }
    }

    private void upgrade(HelmRelease release, @Nullable InstalledRelease there) throws IOException {
        if (there != null && there.isInterrupted()) {
            progress.does("fix " + release.id() + ", which was left " + there.status());
            fix(release, there.status());
        }
        progress.waits("helm, up to " + limits.atMost().toSeconds() + " s for " + release.name() + " to be up");
        helm.upgrade(release, limits.atMost());
    }

    /**
     * helm begins nothing while its last record says that something is under way. That record goes; what it had made already stays, and is taken
     * over, so that an istiod that was at work goes on.
     */
    private void fix(HelmRelease release, String status) throws IOException {
        String records = "owner=helm,name=" + release.name();
        if (status.startsWith("pending-")) {
            records += ",status=" + status;
        }
        for (Secret record : cluster.list(Kind.SECRET, release.namespace(), records)) {
            cluster.delete(Kind.SECRET, record);
        }
    }
}
