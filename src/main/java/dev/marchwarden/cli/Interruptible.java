package dev.marchwarden.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work that a signal (SIGINT, SIGTERM) interrupts rather than cuts off: it may say how far it came before the process ends. */
final class Interruptible {
    private static final Duration LAST_WORDS = Duration.ofSeconds(15);

    private Interruptible() {}

    /** With the caller's thread, which is the one that is interrupted. */
    static <T> T call(Callable<T> work) throws Exception {
        Thread worker = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            worker.interrupt();
            try {
                ended.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        StopSignal.install();
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            ended.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It is running: this is what it was for.
            }
        }
    }
}
