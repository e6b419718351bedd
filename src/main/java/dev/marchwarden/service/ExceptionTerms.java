package dev.marchwarden.service;

import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.Readiness;
import dev.marchwarden.server.Readiness.Condition;
import dev.marchwarden.tenancy.ExceptionEntry;
import dev.marchwarden.tenancy.Tenancy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** How long the tenancy's exceptions hold, for probes and metrics: one that ends makes writes fail that were admitted the day before. */
final class ExceptionTerms {
    static final Duration SOON = Duration.ofDays(14);

    private final Supplier<Tenancy> tenancy;
    private final InstantSource clock;

    ExceptionTerms(Supplier<Tenancy> tenancy, InstantSource clock) {
        this.tenancy = tenancy;
        this.clock = clock;
    }

    void register(Metrics metrics, Readiness readiness) {
        metrics.gauge(
                "marchwarden.exceptions",
                "Exceptions of the tenancy that are in effect",
                () -> holding(clock.instant()).size());
        metrics.gauge(
                "marchwarden.exceptions.ending",
                "Exceptions of the tenancy that end within 14 days",
                () -> ending(clock.instant()).size());
        readiness.with("exceptions", this::condition);
    }

    /** Nothing about an exception keeps us from serving. */
    private Condition condition() {
        Instant now = clock.instant();
        int ended = tenancy.get().exceptions().size() - holding(now).size();
        List<ExceptionEntry> ending = ending(now);
        String detail = holding(now).size() + " hold" + (ended == 0 ? "" : ", " + ended + " ended");
        return Condition.holding(
                ending.isEmpty()
                        ? detail
                        : detail + ", " + ending.size() + " end within 14 days, the first at "
                                + ending.getFirst().until());
    }

    private List<ExceptionEntry> holding(Instant now) {
        return tenancy.get().exceptions().stream()
                .filter(entry -> entry.holdsAt(now))
                .toList();
    }

    private List<ExceptionEntry> ending(Instant now) {
        return holding(now).stream()
                .filter(entry -> !entry.holdsAt(now.plus(SOON)))
                .sorted(Comparator.comparing(ExceptionEntry::until))
                .toList();
    }
}
