package dev.marchwarden.reporting;

import dev.marchwarden.audit.AuditResult;
import dev.marchwarden.audit.FindingCount;
import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits the cluster at intervals while this replica leads: when an interval is over, and when something else is asked of the cluster. It remembers
 * nothing that the next leader would need.
 */
public final class StandingAudit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandingAudit.class);

    /** What is counted together. */
    public record Sort(String usergroup, RuleName rule, Enforcement enforcement) {}

    /** Audits once. */
    public interface Source {
        /**
         * @param goesOn asked now and then
         * @throws CancellationException where it does not go on
         */
        AuditResult audit(BooleanSupplier goesOn);
    }

    /** Takes what was found. */
    public interface Target {
        LiveReports.Written write(AuditResult result, Instant ended, BooleanSupplier goesOn);
    }

    /**
     * How often.
     *
     * @param every from the end of one audit to the next
     * @param gap at least between two
     * @param retry after one that was not whole, twice as long each time and at most {@code every}
     */
    public record Rhythm(Duration every, Duration gap, Duration retry) {
        public static Rhythm of(Duration every) {
            return new Rhythm(every, Duration.ofSeconds(30), Duration.ofMinutes(1));
        }
    }

    /**
     * The last audit of this replica.
     *
     * @param ended when everything was last read
     * @param took how long the last one took
     * @param violations what no right permits, by the tenancy as it is
     * @param unjudged objects and kinds that could not be read or judged
     */
    public record Last(
            @Nullable Instant ended, Duration took, long objects, Map<Sort, Long> violations, long unjudged) {
        static final Last NONE = new Last(null, Duration.ZERO, 0, Map.of(), 0);

        public Last {
            violations = Map.copyOf(violations);
        }
    }

    private final BooleanSupplier leads;
    private final Source source;
    private final @Nullable Target target;
    private final Rhythm rhythm;
    private final InstantSource clock;
    private final BackgroundTask task;
    private long endedAt;
    private boolean ran;
    private int failures;
    private volatile Last last = Last.NONE;
    private volatile String problem = "";

    /** @param target null where there are no reports */
    public StandingAudit(
            BackgroundTasks tasks,
            BooleanSupplier leads,
            Source source,
            @Nullable Target target,
            Rhythm rhythm,
            InstantSource clock) {
        this.leads = leads;
        this.source = source;
        this.target = target;
        this.rhythm = rhythm;
        this.clock = clock;
        // It computes for seconds on end, and would keep virtual threads waiting.
        this.task = tasks.platformTask("audit", this::round);
    }

    public void start() {
        task.start();
    }

    /** This replica leads now, or the tenancy is another one. */
    public void wake() {
        task.wake();
    }

    public Last last() {
        return last;
    }

    /** Whether this replica leads, and reports are not as the last audit found. */
    public boolean isBehind() {
        return leads.getAsBoolean() && !problem.isEmpty();
    }

    private Duration round() {
        if (!leads.getAsBoolean()) {
            last = Last.NONE;
            problem = "";
            ran = false;
            return rhythm.every();
        }
        Duration since = Duration.ofNanos(System.nanoTime() - endedAt);
        if (ran && since.compareTo(rhythm.gap()) < 0) {
            return rhythm.gap().minus(since);
        }
        try {
            return audit();
        } catch (CancellationException e) {
            return rhythm.retry();
        } finally {
            endedAt = System.nanoTime();
            ran = true;
        }
    }

    private Duration audit() {
        long begin = System.nanoTime();
        AuditResult result = source.audit(leads);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        Instant ended = clock.instant();
        if (!leads.getAsBoolean() || Thread.currentThread().isInterrupted()) {
            return rhythm.retry();
        }
        last = new Last(
                result.isReadWhole() ? ended : last.ended(),
                took,
                result.objects(),
                violations(result),
                result.unjudgedTotal());
        LiveReports.Written written =
                target == null ? new LiveReports.Written(0, 0, 0, "") : target.write(result, ended, leads);
        if (!leads.getAsBoolean() || Thread.currentThread().isInterrupted()) {
            return rhythm.retry(); // reports are the business of the next leader
        }
        said(written.problem());
        LOG.info(
                "audit: {} objects in {} s, {} findings{}; {} reports written, {} deleted",
                result.objects(),
                took.toSeconds(),
                result.total(),
                result.isComplete() ? "" : ", incomplete: " + first(result),
                written.written(),
                written.deleted());
        if (result.isReadWhole() && written.problem().isEmpty()) {
            failures = 0;
            return rhythm.every();
        }
        Duration rest = rhythm.retry().multipliedBy(1L << Math.min(failures++, 10));
        return rest.compareTo(rhythm.every()) < 0 ? rest : rhythm.every();
    }

    private static String first(AuditResult result) {
        return result.unjudgedTotal() + " not read or judged, such as "
                + result.unjudged().stream()
                        .findFirst()
                        .map(each -> each.subject().isEmpty() ? each.problem() : each.subject() + ": " + each.problem())
                        .orElse("none that is known");
    }

    /** What was there and was not read is taken to be there still. */
    private Map<Sort, Long> violations(AuditResult result) {
        Map<Sort, Long> found = new HashMap<>();
        for (FindingCount count : result.counts()) {
            if (!count.needsRight()) {
                found.merge(new Sort(count.usergroup(), count.rule(), count.enforcement()), count.count(), Long::sum);
            }
        }
        if (!result.isReadWhole()) {
            last.violations().forEach((sort, count) -> found.merge(sort, count, Math::max));
        }
        return found;
    }

    private void said(String why) {
        if (!why.equals(problem)) {
            problem = why;
            if (!why.isEmpty()) {
                LOG.error("audit: reports: {}; trying again", why);
            }
        }
    }

    /** How it stands, in words. */
    public String detail() {
        if (!leads.getAsBoolean()) {
            return "audited by the replica that leads";
        }
        if (!problem.isEmpty()) {
            return problem;
        }
        Last its = last;
        if (its.took().isZero()) {
            return "not audited yet";
        }
        return its.objects() + " objects audited"
                + (its.unjudged() == 0 ? "" : ", incomplete: " + its.unjudged() + " not read or judged");
    }

    @Override
    public void close() {
        task.close();
    }
}
