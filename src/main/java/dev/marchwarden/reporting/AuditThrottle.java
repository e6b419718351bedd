package dev.marchwarden.reporting;

import dev.marchwarden.audit.ClusterAudit;
import dev.marchwarden.kubernetes.Kind;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Has an audit rest for as long as it works, so that it takes neither this process nor the API server for itself; and ends it where it should not go on. */
public final class AuditThrottle implements ClusterAudit.Progress {
    private static final int OBJECTS = 50;
    private static final Duration MOST = Duration.ofSeconds(1);

    private final BooleanSupplier goesOn;
    private int objects;
    private long begin = System.nanoTime();

    public AuditThrottle(BooleanSupplier goesOn) {
        this.goesOn = goesOn;
    }

    /** Throws {@link CancellationException} where the audit should not go on. */
    @Override
    public void read(Kind<?> kind, long read) {
        if (++objects % OBJECTS != 0) {
            return;
        }
        if (!goesOn.getAsBoolean()) {
            throw new CancellationException("another replica leads");
        }
        Duration worked = Duration.ofNanos(System.nanoTime() - begin);
        try {
            Thread.sleep(worked.compareTo(MOST) < 0 ? worked : MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
        begin = System.nanoTime();
    }
}
