package dev.marchwarden.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.kubernetes.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class AuditThrottleTest {
    private final List<Duration> rests = new ArrayList<>();
    private long nanos;
    private boolean leads = true;
    private final AuditThrottle throttle = new AuditThrottle(() -> leads, () -> nanos, duration -> {
        rests.add(duration);
        nanos += duration.toNanos();
    });

    private void read(Kind<?> kind, int objects, Duration each) {
        for (int i = 1; i <= objects; i++) {
            nanos += each.toNanos();
            throttle.read(kind, i);
        }
    }

    private Duration rested() {
        return rests.stream().reduce(Duration.ZERO, Duration::plus);
    }

    @Test
    void itWorksATenthOfTheTime() {
        read(Kind.POD, 49, Duration.ofMillis(1));
        assertThat(rests).isEmpty();
        read(Kind.POD, 951, Duration.ofMillis(1));

        assertThat(rests).hasSize(20).containsOnly(Duration.ofMillis(450));
    }

    /** An API server that takes seconds for a page. */
    @Test
    void noRestIsLongerThanFiveSeconds() {
        read(Kind.POD, 50, Duration.ofSeconds(1));

        assertThat(rests).containsExactly(Duration.ofSeconds(5));
    }

    /** 200 s of work: three minutes of rest for the first 20 s, then as long as it works. */
    @Test
    void theRestsOfOneKindAreBounded() {
        read(Kind.POD, 200_000, Duration.ofMillis(1));
        assertThat(rested()).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(7));

        rests.clear();
        read(Kind.SERVICE, 50, Duration.ofMillis(1));
        assertThat(rests).as("of the next kind").containsExactly(Duration.ofMillis(450));
    }

    @Test
    void itEndsWhereAnotherReplicaLeads() {
        leads = false;
        assertThatThrownBy(() -> read(Kind.POD, 50, Duration.ofMillis(1))).isInstanceOf(CancellationException.class);
        assertThat(rests).isEmpty();
    }
}
