package dev.marchwarden.decisionlog;

import dev.marchwarden.policy.Verdict;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many decisions, by verdict, and when. */
public final class DecisionCount {
    private final Map<Verdict, Long> byVerdict = new EnumMap<>(Verdict.class);
    private long dryRuns;
    private @Nullable Instant first;
    private @Nullable Instant last;

    void add(LoggedDecision decision) {
        byVerdict.merge(decision.verdict(), 1L, Long::sum);
        dryRuns += decision.dryRun() ? 1 : 0;
        Instant time = decision.time();
        first = first == null || time.isBefore(first) ? time : first;
        last = last == null || time.isAfter(last) ? time : last;
    }

    public long of(Verdict verdict) {
        return byVerdict.getOrDefault(verdict, 0L);
    }

    public long all() {
        return byVerdict.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of them, those that were questions and no changes. */
    public long dryRuns() {
        return dryRuns;
    }

    /** Denied, whatever the reason. */
    public long denials() {
        return of(Verdict.DENIED) + of(Verdict.ERROR);
    }

    /** Null where there are none. */
    public @Nullable Instant first() {
        return first;
    }

    /** Null where there are none. */
    public @Nullable Instant last() {
        return last;
    }
}
