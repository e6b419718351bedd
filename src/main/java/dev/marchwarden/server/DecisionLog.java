package dev.marchwarden.server;

import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.TraceParent;
import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes decisions, one JSON line each, on a thread of its own: a reader of our output that stalls must not stall the cluster. What
 * does not fit into the queue then is lost, counted, and said.
 */
public final class DecisionLog implements AutoCloseable {
    /** The logger that takes nothing but these lines. */
    public static final String LOGGER = "marchwarden.decisions";

    private static final Logger LOG = LoggerFactory.getLogger(DecisionLog.class);
    private static final int CAPACITY = 16_384;
    /** Written at once: one call of the system for many lines, when there are many. */
    private static final int BATCH = 64;

    /** What waiting lines may take of the memory, in characters; a line has some hundreds, and at most some ten thousand. */
    private static final long MAX_WAITING = 16L << 20;

    /** How long {@link #close} waits for the sink. */
    private static final Duration LAST_LINES = Duration.ofSeconds(5);

    /** It is woken for each line. */
    private static final Duration REST = Duration.ofHours(1);

    private final BlockingQueue<String> queue;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Consumer<String> sink;
    private final BackgroundTask writer;
    private long reported;

    /** Writes to the logger {@link #LOGGER}. */
    public static DecisionLog toLogger(BackgroundTasks tasks) {
        Logger logger = LoggerFactory.getLogger(LOGGER);
        return new DecisionLog(tasks, lines -> {
            logger.info(lines);
            if (System.out.checkError()) { // a stream that prints does not throw
                throw new IllegalStateException("standard output cannot be written");
            }
        });
    }

    /**
     * @param sink takes a line, or several with line breaks between them, without the end of the last; may block
     */
    public DecisionLog(BackgroundTasks tasks, Consumer<String> sink) {
        this(tasks, sink, CAPACITY);
    }

    /**
     * @param capacity decisions that may wait for the sink
     */
    DecisionLog(BackgroundTasks tasks, Consumer<String> sink, int capacity) {
        this.sink = sink;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.writer = tasks.platformTask("decision log", this::writeAll);
        writer.start();
    }

    /** Never blocks. */
    void record(Outcome outcome, Instant time, long micros, @Nullable TraceParent trace) {
        String line = DecisionLine.of(outcome, time, micros, trace);
        if (waiting.addAndGet(line.length()) > MAX_WAITING || !queue.offer(line)) {
            waiting.addAndGet(-line.length());
            lost.incrementAndGet();
        }
        writer.wake();
    }

    /** How many decisions were not written, since the start. */
    long lost() {
        return lost.get();
    }

    private Duration writeAll() {
        List<String> batch = new ArrayList<>(BATCH);
        while (queue.drainTo(batch, BATCH) > 0) {
            write(batch);
            batch.clear();
            reportLost();
        }
        reportLost();
        return REST;
    }

    private void reportLost() {
        long now = lost.get();
        if (now > reported) {
            LOG.error("{} decisions were lost: the log is read too slowly, or cannot be written", now - reported);
            reported = now;
        }
    }

    private void write(List<String> batch) {
        try {
            sink.accept(String.join("\n", batch));
        } catch (RuntimeException e) {
            lost.addAndGet(batch.size());
            LOG.error("{} decisions could not be written", batch.size(), e);
        } finally {
            waiting.addAndGet(-batch.stream().mapToInt(String::length).sum());
        }
    }

    /** Writes what is queued, for at most five seconds; what is left then is reported as lost. */
    @Override
    public void close() {
        if (!writer.finish(LAST_LINES)) {
            LOG.error("{} decisions or more were lost: nobody reads the log", queue.size());
        }
    }
}
