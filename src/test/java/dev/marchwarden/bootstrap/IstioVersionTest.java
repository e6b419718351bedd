package dev.marchwarden.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IstioVersionTest {
    @Test
    void versionsHaveAnOrder() {
        List<String> inOrder =
                List.of("1.22.0", "1.22.10", "1.30.3", "1.31.0-alpha.2", "1.31.0-rc.0", "1.31.0", "1.31.1", "2.0.0");
        Stream<IstioVersion> parsed =
                inOrder.reversed().stream().map(text -> IstioVersion.parse(text).orElseThrow());
        assertThat(parsed.sorted()).extracting(IstioVersion::toString).isEqualTo(inOrder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.30", "v1.30.3", "1.30.3-", "1.30.3 ", "1.30.99999", "latest", "1.30.3-a/b"})
    void anythingElseIsNone(String text) {
        assertThat(IstioVersion.parse(text)).isEmpty();
    }

    @Test
    void configurationIsScopedFrom122() {
        assertThat(IstioVersion.parse("1.21.9").orElseThrow().keepsToItsNamespaces())
                .isFalse();
        assertThat(IstioVersion.parse("1.22.0-rc.0").orElseThrow().keepsToItsNamespaces())
                .isTrue();
        assertThat(IstioVersion.parse("2.0.0").orElseThrow().keepsToItsNamespaces())
                .isTrue();
    }
}
