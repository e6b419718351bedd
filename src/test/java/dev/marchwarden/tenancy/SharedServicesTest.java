package dev.marchwarden.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.address.AddressRange;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedServicesTest {
    private static final SharedServices SHARED = new SharedServices(
            "cluster.local",
            List.of(new SharedService(
                    Set.of("otel.observability.svc.cluster.local"),
                    List.of(range("192.0.2.0/28")),
                    List.of(new ServicePort(4317, "GRPC")))));

    private static AddressRange range(String text) {
        return Objects.requireNonNull(AddressRange.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubernetes.default.svc.cluster.local",
                "kubernetes.default.svc",
                "kubernetes.default",
                "Kubernetes.Default.SVC.cluster.local.",
                "otel.observability.svc.cluster.local",
                "otel.observability"
            })
    void areKnownByEveryNameOfAService(String host) {
        assertThat(SHARED.isShared(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubernetes",
                "kubernetes.other.svc",
                "kubernetes.default.svc.example.com",
                "x.kubernetes.default.svc.cluster.local",
                "*.default.svc.cluster.local",
                "*.observability",
                "default.svc.cluster.local",
                "",
                ".",
                ".svc"
            })
    void areNoOtherNames(String host) {
        assertThat(SHARED.isShared(host)).isFalse();
    }

    @Test
    void addressesAreSharedAsAWhole() {
        assertThat(SHARED.isShared(range("192.0.2.7"))).isTrue();
        assertThat(SHARED.isShared(range("192.0.2.0/28"))).isTrue();
        assertThat(SHARED.isShared(range("192.0.2.0/24"))).isFalse();
        assertThat(SHARED.isShared(range("192.0.2.16"))).isFalse();
    }

    @Test
    void apiServerIsAlwaysOneAndStandsOnce() {
        SharedService apiServer = new SharedService(
                Set.of("kubernetes.default.svc.cluster.local"), List.of(), List.of(new ServicePort(443, "TLS")));
        assertThat(new SharedServices("cluster.local", List.of()).list()).containsExactly(apiServer);
        assertThat(SHARED.list()).hasSize(2).startsWith(apiServer);
        SharedService listed = new SharedService(
                apiServer.hosts(), List.of(range("10.96.0.1")), List.of(new ServicePort(443, "HTTPS")));
        assertThat(new SharedServices("cluster.local", List.of(listed)).list()).containsExactly(listed);
    }
}
