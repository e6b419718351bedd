package dev.marchwarden.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SteadyReadinessTest {
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    /**
     * Asked at those milliseconds, with three seconds that count; a minus stands before those at which the replica was not ready.
     */
    @ParameterizedTest
    @CsvSource({
        "0, false",
        "0 2999, false",
        "0 3000, true",
        "0 1500 3000, true",
        "0 3000 -3001, false",
        "-0 1000 3999, false",
        "-0 1000 4000, true",
        "0 -2000 2001 3500, false",
        "0 -2000 2001 5001, true",
        // The clock was put back.
        "100000 99000 101000, false",
        "100000 99000 102000, true"
    })
    void countsFromTheLastBreak(String asked, boolean steady) {
        Instant[] now = {BEGIN};
        boolean[] ready = {false};
        SteadyReadiness readiness = new SteadyReadiness(() -> ready[0], Duration.ofSeconds(3), () -> now[0]);
        boolean last = !steady;
        for (String each : asked.split(" ")) {
            ready[0] = !each.startsWith("-");
            now[0] = BEGIN.plusMillis(Math.abs(Integer.parseInt(each)));
            last = readiness.getAsBoolean();
        }
        assertThat(last).isEqualTo(steady);
    }
}
