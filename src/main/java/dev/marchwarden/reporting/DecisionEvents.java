package dev.marchwarden.reporting;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.admission.Outcome;
import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.cluster.LiveEvents;
import dev.marchwarden.cluster.NamespaceEvent;
import dev.marchwarden.cluster.RefusedException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a namespace by Events what was denied or warned of in it: one Event for each rule and author in five minutes, which is written at
 * once and counted up once more when the five minutes are over. All is done on a thread of its own, and all is bounded: what does not fit
 * is dropped and counted. The decision log has it all.
 */
public final class DecisionEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionEvents.class);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final int MOST_TRIES = 3;
    private static final int MOST_QUEUED = 1_024;
    private static final int MOST_OPEN = 1_024;

    /** So that the accounts of one namespace cannot take the place of all others. */
    private static final int MOST_OPEN_OF_A_NAMESPACE = 64;

    /** Why there is no Event of something. */
    public enum Reason {
        /** More came than could be taken in. */
        QUEUE,
        /** Too many rules and authors within five minutes, in all or of one namespace. */
        TABLE,
        /** There is no namespace to tell: an object that is in none, or a Namespace that was not created. */
        NO_NAMESPACE,
        /** The API server refused it, or did not answer three times. */
        REFUSED
    }

    private record Key(String namespace, boolean denied, String rule, String author, Instant start) {
        boolean isOver(Instant now) {
            return !now.isBefore(start.plus(WINDOW));
        }

        /** The same on every replica, so that they count together. */
        String eventName() {
            try {
                byte[] digest =
                        MessageDigest.getInstance("SHA-256").digest(toString().getBytes(UTF_8));
                return "marchwarden." + HexFormat.of().formatHex(digest, 0, 10);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e); // every JDK has it
            }
        }
    }

    /** What of a key has not been written yet; used by the task alone. */
    private static final class Open {
        private final Occurrence occurrence;
        private final Instant first;
        private Instant last;
        private int unwritten;
        private boolean written;
        private int tries;

        Open(Occurrence occurrence, Instant first) {
            this.occurrence = occurrence;
            this.first = first;
            this.last = first;
        }

        void happened(Instant time) {
            last = time;
            unwritten++;
        }

        boolean isDue(boolean over) {
            return unwritten > 0 && (over || !written);
        }
    }

    private record Timed(Occurrence occurrence, Instant time) {}

    private final LiveEvents cluster;
    private final InstantSource clock;
    private final BlockingQueue<Timed> queue = new ArrayBlockingQueue<>(MOST_QUEUED);
    private final Map<Key, Open> open = new LinkedHashMap<>();
    private final Map<Reason, AtomicLong> dropped = new EnumMap<>(Reason.class);
    private final AtomicLong written = new AtomicLong();
    private final BackgroundTask task;
    private String problem = "";

    public DecisionEvents(BackgroundTasks tasks, LiveEvents cluster, InstantSource clock) {
        this.cluster = cluster;
        this.clock = clock;
        for (Reason reason : Reason.values()) {
            dropped.put(reason, new AtomicLong());
        }
        this.task = tasks.task("events", this::round);
    }

    public void start() {
        task.start();
    }

    /** Never blocks. */
    public void record(Outcome outcome) {
        for (Occurrence occurrence : Occurrence.of(outcome)) {
            if (occurrence.namespace().isEmpty()) {
                drop(Reason.NO_NAMESPACE, 1);
            } else if (!queue.offer(new Timed(occurrence, clock.instant()))) {
                drop(Reason.QUEUE, 1);
            }
            task.wake();
        }
    }

    /** Events created or counted up. */
    public long written() {
        return written.get();
    }

    /** Denials and warnings that no Event tells of, or counts. */
    public long dropped(Reason reason) {
        return dropped.getOrDefault(reason, new AtomicLong()).get();
    }

    private void drop(Reason reason, int count) {
        dropped.getOrDefault(reason, new AtomicLong()).addAndGet(count);
    }

    private Duration round() {
        for (Timed next = queue.poll(); next != null; next = queue.poll()) {
            take(next);
        }
        Instant now = clock.instant();
        boolean again = false;
        boolean answers = true;
        Iterator<Map.Entry<Key, Open>> each = open.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Key, Open> entry = each.next();
            boolean over = entry.getKey().isOver(now);
            Open state = entry.getValue();
            if (state.isDue(over) && answers) {
                answers = write(entry.getKey(), state);
            }
            again |= state.isDue(over);
            if (over && state.unwritten == 0) {
                each.remove();
            }
        }
        return again ? AFTER_FAILURE : open.isEmpty() ? WINDOW : Duration.between(now, firstEnd(now));
    }

    private Instant firstEnd(Instant now) {
        return open.keySet().stream()
                .map(key -> key.start().plus(WINDOW))
                .min(Instant::compareTo)
                .orElse(now.plus(WINDOW));
    }

    private void take(Timed next) {
        Occurrence what = next.occurrence();
        long seconds = next.time().getEpochSecond();
        Instant start = Instant.ofEpochSecond(seconds - Math.floorMod(seconds, WINDOW.toSeconds()));
        Key key = new Key(what.namespace(), what.denied(), what.rule(), what.author(), start);
        Open state = open.get(key);
        if (state == null) {
            if (open.size() >= MOST_OPEN || openOf(what.namespace()) >= MOST_OPEN_OF_A_NAMESPACE) {
                drop(Reason.TABLE, 1);
                return;
            }
            state = new Open(what, next.time());
            open.put(key, state);
        }
        state.happened(next.time());
    }

    private long openOf(String namespace) {
        return open.keySet().stream()
                .filter(key -> key.namespace().equals(namespace))
                .count();
    }

    /** False where the API server does not answer, so that it is not asked for the others either. */
    private boolean write(Key key, Open state) {
        try {
            cluster.add(new NamespaceEvent(
                    key.namespace(),
                    key.eventName(),
                    state.occurrence.reason(),
                    state.occurrence.message(),
                    state.first,
                    state.last,
                    state.unwritten));
            written.incrementAndGet();
            state.written = true;
            state.unwritten = 0;
            state.tries = 0;
            said("");
            return true;
        } catch (IOException e) {
            boolean refused = e instanceof RefusedException;
            boolean missing = e instanceof RefusedException refusal && refusal.isMissing();
            // A namespace whose creation was admitted a moment ago is there soon.
            if (++state.tries >= MOST_TRIES) {
                drop(missing ? Reason.NO_NAMESPACE : Reason.REFUSED, state.unwritten);
                state.written = true;
                state.unwritten = 0;
                state.tries = 0;
            }
            if (!missing && !Thread.currentThread().isInterrupted()) {
                said(String.valueOf(e.getMessage()));
            }
            return refused;
        }
    }

    private void said(String why) {
        if (!why.equals(problem)) {
            problem = why;
            if (!why.isEmpty()) {
                LOG.warn("events: {}", why);
            }
        }
    }

    /** What is not written is lost. */
    @Override
    public void close() {
        task.close();
    }
}
