package dev.marchwarden.cluster;

import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.ClusterUnknownException;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The namespaces of the cluster, listed and watched. {@link #get} is one snapshot, which never changes: a
 * decision takes it once.
 *
 * <p>While the API server is away the last snapshot stays in use: decisions on what it knows go on.
 */
public final class LiveNamespaces implements Supplier<Namespaces>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveNamespaces.class);

    private final BackgroundTask task;
    private final String usergroupLabel;

    private volatile @Nullable NamespaceSnapshot snapshot;
    private final WatchState contact = new WatchState(LOG, "namespaces");
    private final AtomicLong lists = new AtomicLong();

    LiveNamespaces(BackgroundTasks tasks, ApiServer api, String usergroupLabel, Timing timing) {
        this.usergroupLabel = usergroupLabel;
        Set<String> guarded = MeshLabels.guarded(usergroupLabel);
        ListWatch<NamespaceState> feed = new ListWatch<>(
                api, NamespaceStream.ALL, in -> new NamespaceStream(in, guarded), timing, new Receiver());
        this.task = tasks.task("watch of namespaces", feed);
    }

    void start() {
        task.start();
    }

    /** The latest snapshot; throws {@link ClusterUnknownException} before the first list has been read. */
    @Override
    public NamespaceSnapshot get() {
        NamespaceSnapshot latest = snapshot;
        if (latest == null) {
            throw new ClusterUnknownException("the namespaces of the cluster have not been read yet");
        }
        return latest;
    }

    public boolean isSynced() {
        return snapshot != null;
    }

    /** 0 before the first list has been read. */
    public int size() {
        NamespaceSnapshot latest = snapshot;
        return latest == null ? 0 : latest.size();
    }

    /** How long ago the API server said something about namespaces, were it only that there is nothing new. */
    public Duration silence() {
        return contact.silence();
    }

    /** Whether a watch is open as far as we know. */
    public boolean isWatching() {
        return contact.isWatching();
    }

    /** How often all of them were listed. */
    public long lists() {
        return lists.get();
    }

    /** How things are, in words. */
    public String detail() {
        NamespaceSnapshot latest = snapshot;
        if (latest == null) {
            return "namespaces: not synced yet" + (contact.problem().isEmpty() ? "" : "; " + contact.problem());
        }
        return latest.size() + " live, last heard of " + silence().toSeconds() + " s ago" + contact.lack();
    }

    private final class Receiver implements ListWatch.Receiver<NamespaceState> {
        @Override
        public void listed(List<NamespaceState> namespaces) {
            snapshot = new NamespaceSnapshot(namespaces, usergroupLabel);
            lists.incrementAndGet();
            contact.listed();
            LOG.info("namespaces: {} listed", namespaces.size());
        }

        @Override
        public void changed(NamespaceState namespace) {
            snapshot = get().with(namespace);
        }

        @Override
        public void removed(NamespaceState namespace) {
            snapshot = get().without(namespace.name());
        }

        @Override
        public void heard() {
            contact.heard();
        }

        @Override
        public void failed(String why) {
            contact.lost(why);
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
