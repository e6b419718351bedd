package dev.marchwarden.cluster;

import dev.marchwarden.policy.ClusterUnknownException;
import dev.marchwarden.policy.MeshLabels;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The namespaces of the cluster as they are, give or take how far the watch lags. {@link #get} is one snapshot, which never changes: a
 * decision takes it once.
 *
 * <p>While the API server is away the last snapshot stays in use: decisions on what it knows go on.
 */
public final class LiveNamespaces implements Supplier<Namespaces>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveNamespaces.class);

    private final Thread thread;
    private final String usergroupLabel;

    private volatile @Nullable NamespaceSnapshot snapshot;
    private volatile long heardAt;
    private volatile boolean watching;
    private volatile String problem = "";
    private final AtomicLong lists = new AtomicLong();

    LiveNamespaces(ApiServer api, String usergroupLabel, Timing timing) {
        this.usergroupLabel = usergroupLabel;
        this.heardAt = System.nanoTime();
        NamespaceFeed feed = new NamespaceFeed(api, MeshLabels.guarded(usergroupLabel), timing, new Receiver());
        this.thread = Thread.ofVirtual().name("namespaces").unstarted(feed);
    }

    void start() {
        thread.start();
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
        return Duration.ofNanos(System.nanoTime() - heardAt);
    }

    /** Whether a watch is open as far as we know. */
    public boolean isWatching() {
        return watching;
    }

    /** How often all of them were listed. */
    public long lists() {
        return lists.get();
    }

    /** How things are, in words. */
    public String detail() {
        NamespaceSnapshot latest = snapshot;
        if (latest == null) {
            return "namespaces: not synced yet" + (problem.isEmpty() ? "" : "; " + problem);
        }
        return latest.size() + " live, last heard of " + silence().toSeconds() + " s ago"
                + (watching ? "" : "; no watch: " + (problem.isEmpty() ? "it begins anew" : problem));
    }

    private final class Receiver implements NamespaceFeed.Receiver {
        @Override
        public void listed(List<NamespaceState> namespaces) {
            snapshot = new NamespaceSnapshot(namespaces, usergroupLabel);
            lists.incrementAndGet();
            heardAt = System.nanoTime();
            LOG.info("namespaces: {} listed", namespaces.size());
        }

        @Override
        public void changed(NamespaceState namespace) {
            snapshot = get().with(namespace);
        }

        @Override
        public void removed(String name) {
            snapshot = get().without(name);
        }

        @Override
        public void heard() {
            heardAt = System.nanoTime();
            watching = true;
            if (!problem.isEmpty()) {
                problem = "";
                LOG.info("namespaces: watched again");
            }
        }

        /** Said once for each new reason, however often it is tried again. */
        @Override
        public void failed(String why) {
            watching = false;
            if (!why.equals(problem)) {
                problem = why;
                LOG.warn("namespaces: {}; what is known stays in use, trying again", why);
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
