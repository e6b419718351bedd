package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterOptionsTest {
    @ParameterizedTest
    @CsvSource({"300, 300", "90s, 90", "20m, 1200", "1h, 3600"})
    void timeoutsHaveUnits(String text, long seconds) {
        assertThat(ClusterOptions.duration("--timeout", text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "2h", "5 m", "m", "-1s", "999999"})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> ClusterOptions.duration("--timeout", text))
                .hasMessage("--timeout \"" + text + "\" (expected: 1s to 1h, as in 90s, 20m or 1h)");
    }
}
