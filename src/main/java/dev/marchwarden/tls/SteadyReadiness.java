package dev.marchwarden.tls;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this replica has been ready for some time, as far as it was asked. By then its Service leads to it: the kubelet has noticed, and
 * so has every node.
 */
public final class SteadyReadiness implements BooleanSupplier {
    private final BooleanSupplier ready;
    private final Duration time;
    private final InstantSource clock;
    private @Nullable Instant since;

    /** @param time without a break, before it counts */
    public SteadyReadiness(BooleanSupplier ready, Duration time, InstantSource clock) {
        this.ready = ready;
        this.time = time;
        this.clock = clock;
    }

    @Override
    public synchronized boolean getAsBoolean() {
        Instant now = clock.instant();
        if (!ready.getAsBoolean()) {
            since = null;
        } else if (since == null || now.isBefore(since)) {
            since = now;
        }
        return since != null && !now.isBefore(since.plus(time));
    }
}
