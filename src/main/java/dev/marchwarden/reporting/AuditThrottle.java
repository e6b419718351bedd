package dev.marchwarden.reporting;

import dev.marchwarden.audit.ClusterAudit;
import dev.marchwarden.kubernetes.Kind;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits an audit to a tenth of the time, so that it does not occupy this process and the API server; and ends it where it should not go on.
 * The rests of one kind are bounded: the API server forgets a list's next page after about five minutes (etcd's compaction), and the list begins again.
 */
public final class AuditThrottle implements ClusterAudit.Progress {
    private static final int OBJECTS = 50;
    private static final int REST_FOR_WORK = 9;
    private static final Duration LONGEST_REST = Duration.ofSeconds(5);
    private static final Duration RESTS_OF_A_KIND = Duration.ofMinutes(3);

    /** {@link Thread#sleep(Duration)}. */
    interface Rest {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final BooleanSupplier goesOn;
    private final LongSupplier nanos;
    private final Rest rest;
    private int objects;
    private long begin;
    private @Nullable Kind<?> kind;
    private Duration rested = Duration.ZERO;

    public AuditThrottle(BooleanSupplier goesOn) {
        this(goesOn, System::nanoTime, Thread::sleep);
    }

    AuditThrottle(BooleanSupplier goesOn, LongSupplier nanos, Rest rest) {
        this.goesOn = goesOn;
        this.nanos = nanos;
        this.rest = rest;
        begin = nanos.getAsLong();
    }

    /** Throws {@link CancellationException} where the audit should not go on. */
    @Override
    public void read(Kind<?> of, long read) {
        if (!of.equals(kind)) {
            kind = of;
            rested = Duration.ZERO;
        }
        if (++objects % OBJECTS != 0) {
            return;
        }
        if (!goesOn.getAsBoolean()) {
            throw new CancellationException("another replica leads");
        }
        Duration duration = after(Duration.ofNanos(nanos.getAsLong() - begin));
        try {
            rest.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
        rested = rested.plus(duration);
        begin = nanos.getAsLong();
    }

    /** Beyond the bound, as long as it worked. */
    private Duration after(Duration work) {
        int times = rested.compareTo(RESTS_OF_A_KIND) < 0 ? REST_FOR_WORK : 1;
        Duration wanted = work.multipliedBy(times);
        return wanted.compareTo(LONGEST_REST) < 0 ? wanted : LONGEST_REST;
    }
}
