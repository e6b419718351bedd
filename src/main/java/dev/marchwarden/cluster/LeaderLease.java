package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.json.JsonTrees;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects the leading replica by a Lease: a Lease, held by whoever has renewed it last. Another one takes it over when it has not seen it change
 * for as long as it lasts, by its own clock: clocks are never compared. Who holds it stops to think so before that.
 */
public final class LeaderLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderLease.class);
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String HOLDER = "holderIdentity";

    private final ObjectName name;
    private final StoredObjects stored;
    private final String identity;
    private final LeaseTiming timing;
    private final LongSupplier nanoTime;
    private final Runnable taken;
    private final BackgroundTask task;

    /** As we last saw or wrote it; and when we first saw it so. */
    private @Nullable JsonNode seen;

    private long seenAt;
    private boolean leading;
    private volatile boolean held;
    private volatile long heldUntil;
    private volatile String holder = "";
    private volatile String problem = "";

    /**
     * @param identity of this replica; of no other
     * @param taken run when this replica begins to lead
     */
    public LeaderLease(
            BackgroundTasks tasks,
            ApiServer api,
            NamespacedName name,
            String identity,
            LeaseTiming timing,
            LongSupplier nanoTime,
            Runnable taken) {
        this.name = ObjectName.lease(name);
        this.stored = new StoredObjects(api, timing.deadline());
        this.identity = identity;
        this.timing = timing;
        this.nanoTime = nanoTime;
        this.taken = taken;
        this.task = tasks.task("lease " + name, this::hold);
    }

    public void start() {
        task.start();
    }

    /** Whether this replica may act now, and for as long as a request may take from now on. */
    public boolean isHeld() {
        return held && heldUntil - nanoTime.getAsLong() > 0;
    }

    /** Who leads, in words. */
    public String detail() {
        String who = isHeld() ? "leads" : holder.isEmpty() ? "nobody leads" : holder + " leads";
        return problem.isEmpty() ? who : who + "; " + problem;
    }

    private Duration hold() {
        try {
            attempt();
            said("");
        } catch (RefusedException e) {
            seen = null;
            if (!e.isConflict()) {
                said(String.valueOf(e.getMessage()));
            }
        } catch (IOException | RuntimeException e) {
            said("cannot ask for " + name + ": " + e.getMessage());
        }
        report();
        return timing.retry();
    }

    private void said(String why) {
        if (!why.equals(problem) && !Thread.currentThread().isInterrupted()) {
            problem = why;
            if (!why.isEmpty()) {
                LOG.warn("{}", why);
            }
        }
    }

    private void attempt() throws IOException {
        JsonNode lease = seen;
        if (lease == null || !isOurs(lease)) {
            lease = look();
        }
        if (isOurs(lease) || isFree(lease)) {
            take(lease);
        }
    }

    private JsonNode look() throws IOException {
        JsonNode now = stored.get(name);
        if (seen == null || !now.path("spec").equals(seen.path("spec"))) {
            seenAt = nanoTime.getAsLong();
        }
        seen = now;
        holder = holderOf(now);
        if (!isOurs(now)) {
            held = false; // somebody has written it who did not wait
        }
        return now;
    }

    private boolean isOurs(JsonNode lease) {
        return holderOf(lease).equals(identity);
    }

    private boolean isFree(JsonNode lease) {
        int seconds = lease.at("/spec/leaseDurationSeconds").asInt();
        Duration lasts = seconds > 0 ? Duration.ofSeconds(seconds) : timing.duration();
        return holderOf(lease).isEmpty() || nanoTime.getAsLong() - seenAt > lasts.toNanos();
    }

    private static String holderOf(JsonNode lease) {
        return lease.at("/spec/" + HOLDER).asText("");
    }

    private void take(JsonNode lease) throws IOException {
        long sentAt = nanoTime.getAsLong();
        String now = MICRO_TIME.format(InstantSource.system().instant());
        ObjectNode spec = spec(lease);
        if (!isOurs(lease)) {
            spec.put("acquireTime", now);
            spec.put("leaseTransitions", spec.path("leaseTransitions").asInt() + 1);
        }
        spec.put(HOLDER, identity);
        spec.put("leaseDurationSeconds", Math.max(1, timing.duration().toSeconds()));
        spec.put("renewTime", now);
        seen = write(lease, spec);
        seenAt = sentAt;
        holder = identity;
        heldUntil = sentAt + timing.yield().toNanos();
        held = true;
    }

    private static ObjectNode spec(JsonNode lease) {
        return lease.path("spec") instanceof ObjectNode there ? there.deepCopy() : JsonTrees.MAPPER.createObjectNode();
    }

    private JsonNode write(JsonNode lease, ObjectNode spec) throws IOException {
        return stored.patch(name, lease, new JsonPatch().add("/spec", spec));
    }

    private void report() {
        boolean now = isHeld();
        if (now != leading) {
            leading = now;
            LOG.info(now ? "{}: this replica now leads" : "{}: this replica no longer leads", name);
            if (now) {
                taken.run();
            }
        }
    }

    /** Gives it to whoever wants it next. To be called when nothing is done in its name any more. */
    @Override
    public void close() {
        boolean give = isHeld();
        boolean hasEnded = task.stop(timing.deadline());
        held = false;
        try {
            if (!hasEnded || !give || seen == null) {
                return;
            }
            release(seen);
            LOG.info("{}: released", name);
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "{} is not released, and expires in {} s: {}",
                    name,
                    timing.duration().toSeconds(),
                    e.getMessage());
        }
    }

    private void release(JsonNode lease) throws IOException {
        ObjectNode spec = spec(lease);
        spec.remove(HOLDER);
        try {
            write(lease, spec);
        } catch (RefusedException e) {
            // Renewed just before, and interrupted before that was known.
            JsonNode now = stored.get(name);
            if (!e.isConflict() || now.equals(lease) || !isOurs(now)) {
                throw e;
            }
            release(now);
        }
    }
}
