package dev.marchwarden.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExternalHostsTest {
    @Test
    void areAnyUnlessTheFileLimitsThem() {
        assertThat(ExternalHosts.any().isAny()).isTrue();
        assertThat(ExternalHosts.of(Set.of("a.example.com")).isAny()).isFalse();
        assertThat(ExternalHosts.of(Map.of("a", Set.of("a.example.com"))).isAny())
                .isFalse();
    }

    @Test
    void ofOneListAreThoseOfEachNamespace() {
        ExternalHosts hosts = ExternalHosts.of(Set.of("b.example.com", "a.example.com"));
        assertThat(hosts.names("x", false)).containsExactly("a.example.com", "b.example.com");
    }

    @Test
    void ofANamespaceAreItsOwnAndTheSystemNamespaceServesThemAll() {
        ExternalHosts hosts = ExternalHosts.of(Map.of("a", Set.of("a.example.com"), "b", Set.of("*.b.example.com")));
        assertThat(hosts.names("a", false)).containsExactly("a.example.com");
        assertThat(hosts.names("c", false)).isEmpty();
        assertThat(hosts.names("mesh", true)).containsExactly("*.b.example.com", "a.example.com");
    }
}
