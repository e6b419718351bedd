package dev.marchwarden.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "marchwarden.system.svc",
                "*.example.com",
                "a-1.b",
                "1.example",
                "xn--bcher-kva.example"
            })
    void dnsName(String text) {
        assertThat(Host.of(text).subjectAlternativeName()).isEqualTo(new GeneralName(GeneralName.dNSName, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "::", "2001:DB8::a:1", "::ffff:10.0.0.1"})
    void address(String text) {
        assertThat(Host.of(text).subjectAlternativeName().getTagNo()).isEqualTo(GeneralName.iPAddress);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "*",
                "*.",
                "a.*.b",
                "**.a",
                "*a.b",
                "a..b",
                ".a",
                "a.",
                "-a",
                "a-",
                "a_b",
                "a b",
                "a\n",
                "bücher.example",
                "https://a",
                "a:8443",
                "a/b",
                "10.0.0.256",
                "10.0.0",
                "010.0.0.1",
                "10.0.0.1/8",
                "10.0.0.1:443",
                "*.10.0.0.1",
                "[::1]",
                "fe80::1%eth0",
                "1::2::3",
                ":",
                ":::"
            })
    void neither(String text) {
        assertThatThrownBy(() -> Host.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("host \"" + text.replaceAll("[^ -~]", "?")
                        + "\" is no host (expected: a DNS name, \"*.\" allowed in front, or an IPv4 or IPv6 address)");
    }

    @Test
    void lengths() {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "a".repeat(61));
        assertThat(Host.of(longest).text()).hasSize(253);
        assertThatThrownBy(() -> Host.of("a" + longest)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Host.of("a" + label)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Host.of("!".repeat(100_000)))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(400));
    }

    @Test
    void lowerCaseAndOnce() {
        assertThat(Host.allOf(List.of("B.example", "a.example", "b.EXAMPLE")))
                .extracting(Host::text)
                .containsExactly("b.example", "a.example");
    }

    @Test
    void atLeastOne() {
        assertThatThrownBy(() -> Host.allOf(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no host (expected: ");
    }
}
