package dev.marchwarden.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How late the machine lets a thread run that has nothing to do but to wake up every 5 ms. What others do on the machine delays a server at
 * least as much.
 */
final class Jitter implements AutoCloseable {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Thread thread = Thread.ofPlatform().daemon().name("jitter").unstarted(this::look);
    private Histogram late = new Histogram(3);

    Jitter start() {
        thread.start();
        return this;
    }

    private void look() {
        while (!Thread.currentThread().isInterrupted()) {
            long before = System.nanoTime();
            try {
                TimeUnit.NANOSECONDS.sleep(EVERY_NANOS);
            } catch (InterruptedException e) {
                return;
            }
            record(System.nanoTime() - before - EVERY_NANOS);
        }
    }

    private synchronized void record(long nanos) {
        late.recordValue(Math.max(0, nanos));
    }

    /** In nanoseconds, since this was asked last. */
    synchronized Histogram take() {
        Histogram taken = late;
        late = new Histogram(3);
        return taken;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
