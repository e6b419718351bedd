package dev.marchwarden.cli;

import dev.marchwarden.audit.ClusterAudit;
import dev.marchwarden.kubernetes.Kind;
import java.io.PrintWriter;
import java.time.Duration;

/** How far a cluster is read, on one line of a terminal that is written again and cleared at the end. */
final class ReadingProgress implements ClusterAudit.Progress, AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();
    private static final String CLEARED = "\r\u001b[K";

    private final PrintWriter err;
    private String kind = "";
    private long before;
    private long ofKind;
    private long written = System.nanoTime() - PAUSE_NANOS;

    ReadingProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void read(Kind<?> its, long objects) {
        String name = its.plural();
        if (!name.equals(kind)) {
            before += ofKind;
            kind = name;
        }
        ofKind = objects;
        long now = System.nanoTime();
        if (now - written >= PAUSE_NANOS) {
            written = now;
            err.print(CLEARED + "reads " + kind + ": " + ofKind + "; " + (before + ofKind) + " objects in all");
            err.flush();
        }
    }

    @Override
    public void close() {
        err.print(CLEARED);
        err.flush();
    }
}
