package dev.marchwarden.server;

import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.server.Readiness.Condition;
import io.micrometer.core.instrument.Counter;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks files at intervals, and uses their content when it has changed and is valid. A bad file is reported once, in
 * the log and in a counter, and in the readiness report until it is fixed; what was in use stays in use. It is tried again each time,
 * for it may become good without a change: a certificate that is not valid yet, a disk that failed for a moment.
 */
public final class Reload<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    /** Takes a good version into use; blocking. */
    public interface Use<T> {
        void accept(T fresh) throws Exception;
    }

    private final String what;
    private final WatchedFiles files;
    private final Callable<T> read;
    private final Use<T> use;
    private final Counter failures;
    private final Duration every;
    private final BackgroundTask task;

    private boolean reported;
    private volatile boolean failing;

    /**
     * @param what is reloaded, as messages call it
     * @param read parses the files; blocking
     * @param every how often to look
     */
    public Reload(
            BackgroundTasks tasks,
            String what,
            WatchedFiles files,
            Callable<T> read,
            Use<T> use,
            Counter failures,
            Duration every) {
        this.what = what;
        this.files = files;
        this.read = read;
        this.use = use;
        this.failures = failures;
        this.every = every;
        this.task = tasks.task("reload of " + what, this::look);
    }

    public void start() {
        task.start();
    }

    @Override
    public void close() {
        task.close();
    }

    /** Good whatever happens: it is the last good version that is in use. */
    public Condition condition() {
        return Condition.holding(
                failing ? "the last good one is in use; the log says what is wrong with the new one" : "up to date");
    }

    private Duration look() throws InterruptedException {
        boolean changed = files.haveChanged();
        if (changed) {
            reported = false;
        }
        if (changed || failing) {
            try {
                use.accept(read.call());
                failing = false;
                LOG.info("{} reloaded", what);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                failed(e);
            }
        }
        return every;
    }

    private void failed(Exception cause) {
        if (Thread.currentThread().isInterrupted()) {
            return; // closed
        }
        failing = true;
        if (!reported) {
            reported = true;
            failures.increment();
            LOG.error("{} not reloaded, the last good one stays in use: {}", what, explanation(cause));
        }
    }

    /** Java's message for a file that is missing or unreadable is its path and nothing else. */
    private static String explanation(Exception cause) {
        return cause instanceof FileSystemException failed && failed.getReason() == null
                ? failed.getMessage() + " cannot be read (" + failed.getClass().getSimpleName() + ")"
                : String.valueOf(cause.getMessage());
    }
}
