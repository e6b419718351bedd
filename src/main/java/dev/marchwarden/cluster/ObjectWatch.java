package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One object, watched. While the API server is away, what was last heard stays. */
final class ObjectWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectWatch.class);

    private final ObjectName name;
    private final boolean required;
    private final BackgroundTask task;
    private final Runnable changed;
    private final WatchState contact;
    private volatile boolean synced;
    private volatile @Nullable JsonNode object;

    /**
     * @param required whether it is an error that there is none
     * @param changed run by the watch's thread after each change, the first list included
     */
    ObjectWatch(
            BackgroundTasks tasks, ApiServer api, ObjectName name, boolean required, Timing timing, Runnable changed) {
        this.name = name;
        this.required = required;
        this.changed = changed;
        this.contact = new WatchState(LOG, name.toString());
        ListWatch<JsonNode> feed = new ListWatch<>(api, name.alone(), TreeStream::new, timing, new Receiver());
        this.task = tasks.task("watch of " + name, feed);
    }

    void start() {
        task.start();
    }

    /** Whether it is known if there is one. */
    boolean isSynced() {
        return synced;
    }

    /** Null where there is none, or where that is not known. */
    @Nullable
    JsonNode object() {
        return object;
    }

    /** How things are, in words. */
    String detail() {
        if (!synced) {
            return name + " not read yet" + (contact.problem().isEmpty() ? "" : ": " + contact.problem());
        }
        return (object == null ? name + " does not exist" : name + " is known") + contact.lack();
    }

    private final class Receiver implements ListWatch.Receiver<JsonNode> {
        @Override
        public void listed(List<JsonNode> objects) {
            contact.listed();
            set(objects.isEmpty() ? null : objects.getFirst());
        }

        @Override
        public void changed(JsonNode fresh) {
            set(fresh);
        }

        @Override
        public void removed(JsonNode last) {
            set(null);
        }

        private void set(@Nullable JsonNode fresh) {
            if (required && fresh == null && (object != null || !synced)) {
                LOG.error("{} does not exist (expected: an existing one, as the chart creates)", name);
            }
            object = fresh;
            synced = true;
            changed.run();
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
