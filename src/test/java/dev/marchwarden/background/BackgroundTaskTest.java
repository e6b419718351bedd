package dev.marchwarden.background;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BackgroundTaskTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final BackgroundTasks tasks = new BackgroundTasks();
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void runsAgainAfterItsIntervalAndWhenWoken() throws Exception {
        try (BackgroundTask task =
                tasks.task("count", () -> runs.incrementAndGet() < 3 ? Duration.ofMillis(1) : LONG)) {
            task.start();
            await("three runs", () -> runs.get() == 3);
            task.wake();
            await("one more", () -> runs.get() == 4);
        }
        assertThat(tasks.dead()).isEmpty();
    }

    @Test
    void anErrorEndsItAndIsSeen() throws Exception {
        BackgroundTask broken = tasks.task("broken", () -> {
            throw new StackOverflowError();
        });
        BackgroundTask well = tasks.task("well", () -> LONG);
        broken.start();
        well.start();
        await("dead", () -> !tasks.dead().isEmpty());
        assertThat(tasks.dead()).containsExactly("broken");
        well.close();
        assertThat(tasks.dead()).containsExactly("broken");
    }

    @Test
    void anExceptionDoesNotEndIt() throws Exception {
        BackgroundTask task = tasks.task("failing", () -> {
            runs.incrementAndGet();
            throw new IllegalStateException("once");
        });
        task.start();
        await("the first run", () -> runs.get() == 1);
        task.wake();
        await("another run", () -> runs.get() == 2);
        task.close();
        assertThat(tasks.dead()).isEmpty();
    }

    /** Nobody but its owner ends a task: an interrupt from elsewhere would do so silently. */
    @Test
    void aTaskThatWasInterruptedAndNotClosedIsDead() throws Exception {
        BackgroundTask task = tasks.task("interrupted", () -> {
            throw new InterruptedException();
        });
        task.start();
        await("dead", () -> !tasks.dead().isEmpty());
        assertThat(tasks.dead()).containsExactly("interrupted");
    }

    @Test
    void closingInterruptsTheWork() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        BackgroundTask task = tasks.task("sleeping", () -> {
            begun.countDown();
            try {
                Thread.sleep(LONG);
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
            return LONG;
        });
        task.start();
        begun.await();
        task.close();
        assertThat(interrupted).isTrue();
        assertThat(tasks.dead()).isEmpty();
    }

    @Test
    void finishingDoesTheWorkOnceMore() throws Exception {
        BackgroundTask task = tasks.platformTask("finishing", () -> {
            runs.incrementAndGet();
            return LONG;
        });
        task.start();
        await("the first run", () -> runs.get() == 1);
        assertThat(task.finish(Duration.ofSeconds(10))).isTrue();
        assertThat(runs).hasValue(2);
    }

    @Test
    void aTaskThatWasNeverStartedCanBeClosed() throws Exception {
        BackgroundTask task = tasks.task("idle", () -> LONG);
        task.close();
        assertThat(task.finish(Duration.ZERO)).isTrue();
    }
}
