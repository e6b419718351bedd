package dev.marchwarden.tls;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that is done again and again by one thread: when it is time, and whenever there is news. */
final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Duration END = Duration.ofSeconds(5);

    private final Supplier<Duration> round;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;

    /** @param round returns how long it need not be done again */
    Rounds(String name, Supplier<Duration> round) {
        this.round = round;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** There is news; may be said from any thread, and also before the start. */
    void wake() {
        news.release();
    }

    @SuppressWarnings("ReturnValueIgnored") // woken or not, it is time
    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            Duration rest = AFTER_FAILURE;
            news.drainPermits(); // what is news now is seen by this round
            try {
                rest = round.get();
            } catch (RuntimeException e) {
                LOG.error(
                        "{} failed unexpectedly, and is tried again",
                        Thread.currentThread().getName(),
                        e);
            }
            try {
                news.tryAcquire(Math.max(1, rest.toMillis()), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for a round that is being made, but not for ever. */
    @Override
    public void close() {
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        thread.interrupt();
        try {
            if (!thread.join(END)) {
                LOG.warn("{} goes on after {} s", thread.getName(), END.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
