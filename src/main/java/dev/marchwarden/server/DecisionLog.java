package dev.marchwarden.server;

import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.admission.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes decisions down, one JSON line each, on a thread of its own: a reader of our output that stalls must not stall the cluster. What
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

    private final BlockingQueue<String> queue;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Consumer<String> sink;
    private final Thread writer;
    private volatile boolean closed;

    /** Writes to the logger {@link #LOGGER}. */
    public static DecisionLog toLogger() {
        Logger logger = LoggerFactory.getLogger(LOGGER);
        return new DecisionLog(lines -> {
            logger.info(lines);
            if (System.out.checkError()) { // a stream that prints does not throw
                throw new IllegalStateException("standard output cannot be written");
            }
        });
    }

    /**
     * @param sink takes a line, or several with line breaks between them, without the end of the last; may block
     */
    public DecisionLog(Consumer<String> sink) {
        this(sink, CAPACITY);
    }

    /**
     * @param capacity decisions that may wait for the sink
     */
    DecisionLog(Consumer<String> sink, int capacity) {
        this.sink = sink;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.writer = Thread.ofPlatform().daemon().name("decision-log").start(this::write);
    }

    /** Never blocks. */
    void record(Outcome outcome, Instant time, long micros) {
        String line = DecisionLine.of(outcome, time, micros);
        if (waiting.addAndGet(line.length()) > MAX_WAITING || !queue.offer(line)) {
            waiting.addAndGet(-line.length());
            lost.incrementAndGet();
        }
    }

    /** How many decisions were not written, since the start. */
    long lost() {
        return lost.get();
    }

    private void write() {
        List<String> batch = new ArrayList<>(BATCH);
        long reported = 0;
        while (true) {
            try {
                String first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (closed) {
                        return;
                    }
                    continue;
                }
                batch.add(first);
                queue.drainTo(batch, BATCH - 1);
            } catch (InterruptedException e) {
                return;
            }
            write(batch);
            batch.clear();
            long now = lost.get();
            if (now > reported) {
                LOG.error("{} decisions were lost: the log is read too slowly, or cannot be written", now - reported);
                reported = now;
            }
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

    /** Writes what is queued, for at most five seconds; what is left then is said to be. */
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            LOG.error("{} decisions or more were lost: nobody reads the log", queue.size());
        }
    }
}
