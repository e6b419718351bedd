package dev.marchwarden.background;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats its work on a thread of its own: when the interval that the work returned is over, and as soon as it is woken.
 *
 * <p>An exception is logged, and the work is tried again after {@link #AFTER_FAILURE}. An {@link Error} ends the task, since nobody knows
 * what state it left behind: the task is {@linkplain BackgroundTasks#dead dead} from then on. Intervals are measured by {@link
 * System#nanoTime}, so that a change of the system time neither delays nor hurries a task.
 */
public final class BackgroundTask implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundTask.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** How long {@link #close} waits for work that is under way. */
    private static final Duration END = Duration.ofSeconds(5);

    /** What is done again and again. */
    public interface Work {
        /**
         * Does it once.
         *
         * @return how long until it is done again, unless the task is woken before
         * @throws InterruptedException if the task is being closed
         */
        Duration run() throws InterruptedException;
    }

    private final String name;
    private final Work work;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean finishing;
    private volatile boolean dead;

    BackgroundTask(String name, Thread.Builder builder, Work work) {
        this.name = name;
        this.work = work;
        this.thread = builder.name(name).unstarted(this::loop);
    }

    String name() {
        return name;
    }

    public void start() {
        thread.start();
    }

    /** Has the work done once more, at once or as soon as it is done; from any thread, and also before the start. */
    public void wake() {
        if (news.availablePermits() == 0) { // one is enough, and they do not count up for ever
            news.release();
        }
    }

    boolean isDead() {
        return dead;
    }

    private void loop() {
        try {
            boolean last;
            do {
                last = finishing;
                news.drainPermits(); // the work sees what is news now
                Duration rest = once();
                if (!last && !closing) {
                    rest(rest);
                }
            } while (!last && !closing);
        } catch (InterruptedException e) {
            dead = !closing;
        } catch (Error e) {
            dead = true;
            LOG.error("the background task {} has died; restart this process", name, e);
            throw e;
        }
    }

    private Duration once() throws InterruptedException {
        try {
            return work.run();
        } catch (RuntimeException e) {
            if (!closing) {
                LOG.error(
                        "the background task {} failed, and is tried again in {} s",
                        name,
                        AFTER_FAILURE.toSeconds(),
                        e);
            }
            return AFTER_FAILURE;
        }
    }

    @SuppressWarnings("ReturnValueIgnored") // woken or not, it is time
    private void rest(Duration rest) throws InterruptedException {
        news.tryAcquire(Math.max(1, rest.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** Interrupts the work and waits for its end, for five seconds at most. */
    @Override
    public void close() {
        if (!stop(END)) {
            LOG.warn("the background task {} is still running after {} s", name, END.toSeconds());
        }
    }

    /**
     * Interrupts the work and waits for its end.
     *
     * @return whether it has ended in that time
     */
    public boolean stop(Duration most) {
        closing = true;
        thread.interrupt();
        return hasEndedWithin(most);
    }

    /**
     * Has the work done once more, not interrupted, and ends the task.
     *
     * @return whether it has ended in that time
     */
    public boolean finish(Duration most) {
        finishing = true;
        wake();
        return hasEndedWithin(most);
    }

    private boolean hasEndedWithin(Duration most) {
        if (thread.getState() == Thread.State.NEW) {
            return true;
        }
        try {
            return thread.join(most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
