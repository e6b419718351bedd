package dev.marchwarden.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.server.RawConnection;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.Reply;
import dev.marchwarden.server.TlsEngine;
import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kubelet and Prometheus get to see. */
class OpsPortTest {
    @TempDir
    private Path directory;

    @Test
    void tellsWhetherItLivesAndIsReadyAndWhatItDid() throws Exception {
        try (RunningService service = new RunningService(directory, TlsEngine.best())) {
            assertThat(service.ops().get("/livez").status()).isEqualTo(200);
            Reply ready = service.ops().get("/readyz");
            assertThat(ready.status()).isEqualTo(200);
            assertThat(ready.json().path("ready").asBoolean()).isTrue();
            assertThat(ready.json().path("conditions"))
                    .extracting(each -> each.path("name").asText())
                    .containsExactly(
                            "warm",
                            "serving",
                            "namespaces",
                            "certificate",
                            "certificate files",
                            "tls",
                            "tenancy files",
                            "exceptions");

            for (RecordedReview review : RecordedReview.all()) {
                service.client().validate(review.body());
                service.client().mutate(review.body());
            }
            String metrics = service.ops().get("/metrics").text();
            assertThat(metrics)
                    .contains(
                            "marchwarden_admissions_total{decision=\"denied\",kind=\"Namespace\",operation=\"CREATE\","
                                    + "rule=\"revision-mismatch\",webhook=\"validate\"} 1.0",
                            "marchwarden_admissions_total{decision=\"mutated\",kind=\"Namespace\",operation=\"CREATE\","
                                    + "rule=\"none\",webhook=\"mutate\"} ",
                            "marchwarden_tenancy_reload_failures_total 0.0",
                            "marchwarden_certificate_reload_failures_total 0.0",
                            "marchwarden_unexpected_failures_total 0.0",
                            "marchwarden_namespaces 9.0",
                            "jvm_memory_used_bytes{")
                    .containsPattern("(?m)^marchwarden_admission_duration_seconds_bucket\\{webhook=\"validate\","
                            + "le=\"(0\\.0001|1\\.0E-4)\"\\} \\d")
                    .containsPattern("(?m)^marchwarden_tls_info\\{engine=\"\\w+\",transport=\"\\w+\"\\} 1(\\.0)?$");
            assertThat(service.ops().metric("marchwarden_certificate_expiry_timestamp_seconds"))
                    .isCloseTo(System.currentTimeMillis() / 1000.0 + 86_400, Assertions.within(120.0));
        }
    }

    @Test
    void noRequestCanMakeUpATimeSeries() throws Exception {
        try (RunningService service = new RunningService(directory, TlsEngine.best());
                RawConnection connection = RawConnection.open(service.trust(), service.port())) {
            int requests = 1_000;
            Thread reader = Thread.ofVirtual().start(() -> readAll(connection, requests));
            for (int i = 0; i < requests; i++) {
                connection.post(
                        "/validate", review(i % 2 == 0 ? "" : "networking.istio.io", "Kind" + i, "OPERATION-" + i));
            }
            reader.join();
            assertThat(service.ops()
                            .get("/metrics")
                            .text()
                            .lines()
                            .filter(line -> line.startsWith("marchwarden_admissions_total{")))
                    .containsExactly(
                            "marchwarden_admissions_total{decision=\"allowed\",kind=\"other\",operation=\"other\","
                                    + "rule=\"none\",webhook=\"validate\"} 500.0",
                            "marchwarden_admissions_total{decision=\"error\",kind=\"other\",operation=\"other\","
                                    + "rule=\"none\",webhook=\"validate\"} 500.0");
            RunningService.await("each is on record", () -> service.lines().size() == requests);
        }
    }

    @Test
    void hasNoTlsAndDecidesNothing() throws Exception {
        try (RunningService service = new RunningService(directory, TlsEngine.best())) {
            assertThat(service.ops().get("/validate").status()).isEqualTo(404);
            assertThat(service.ops().get("/mutate").status()).isEqualTo(404);
            assertThat(service.ops().get("/").status()).isEqualTo(404);
            Assertions.assertThatThrownBy(() -> RawConnection.open(service.trust(), service.opsPort()))
                    .isInstanceOf(IOException.class);
            assertThat(service.ops().get("/livez").status()).isEqualTo(200);
        }
    }

    private static void readAll(RawConnection connection, int replies) {
        try {
            for (int i = 0; i < replies; i++) {
                assertThat(connection.read().status()).isEqualTo(200);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] review(String group, String kind, String operation) {
        return ("{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"u\","
                        + "\"kind\":{\"group\":\"" + group + "\",\"kind\":\"" + kind + "\"},\"operation\":\""
                        + operation + "\"}}")
                .getBytes(UTF_8);
    }
}
