package dev.marchwarden.service;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.server.LoggedEvents;
import dev.marchwarden.standin.Call;
import dev.marchwarden.tls.CertificateLeader;
import dev.marchwarden.tls.SecretPairSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that serve from a Secret: issued by themselves or by others, under load and under faults. */
@Timeout(120)
class SecretTlsTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path directory;

    private SecretCluster cluster;

    @BeforeEach
    void open() throws Exception {
        cluster = new SecretCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static OpsClient ops(WebhookService service) {
        return new OpsClient(service.opsPort());
    }

    private static double steps(WebhookService service, String step) throws IOException, InterruptedException {
        return ops(service).metric("marchwarden_certificate_rotation_steps_total{step=\"" + step + "\"}");
    }

    private BigInteger served(WebhookService service) throws IOException {
        return HandshakeLoad.handshake(service.port(), cluster.caBundles().getFirst())
                .getSerialNumber();
    }

    private String text(String entry) {
        return new String(cluster.secret().getOrDefault(entry, new byte[0]), StandardCharsets.US_ASCII);
    }

    private static double inDays(int days) {
        return (double) Instant.now().plus(Duration.ofDays(days)).getEpochSecond();
    }

    /** How many authorities every webhook carries; 0 where they differ. */
    private int published() {
        Set<String> bundles = Set.copyOf(cluster.caBundles());
        return bundles.size() == 1
                ? SecretCluster.certificates(bundles.iterator().next()).length
                : 0;
    }

    @Test
    void aFreshInstallIssuesPublishesListensAndIsReady() throws Exception {
        WebhookService one = cluster.managed();
        WebhookService two = cluster.managed();
        await("both are ready", () -> ops(one).isReady() && ops(two).isReady());
        assertThat(cluster.caBundles()).hasSize(4).allMatch(text("ca.crt")::equals);
        assertThat(served(one)).isEqualTo(served(two));
        assertThat(ops(one).metric("marchwarden_certificate_leader")
                        + ops(two).metric("marchwarden_certificate_leader"))
                .isEqualTo(1);
        assertThat(ops(one).metric("marchwarden_certificate_expiry_timestamp_seconds"))
                .isCloseTo(inDays(90), within(100.0));
        assertThat(ops(one).metric("marchwarden_ca_expiry_timestamp_seconds")).isCloseTo(inDays(365), within(100.0));
        assertThat(SecretCluster.certificates(text("tls.crt"))[0].getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly(
                        "marchwarden.mesh.svc",
                        "marchwarden",
                        "marchwarden.mesh",
                        "marchwarden.mesh.svc.cluster.local");
    }

    // ---- webhooks that wait for a pod that serves

    private static final String WANTED = """
            - name: a.marchwarden.dev
              failurePolicy: Fail
              timeoutSeconds: %d
              sideEffects: None
              admissionReviewVersions: [v1]
              clientConfig: {service: {name: marchwarden, namespace: mesh, path: /validate}}
            """;

    private JsonNode validation() {
        JsonNode found =
                cluster.api.find("validatingwebhookconfigurations.admissionregistration.k8s.io", "", "marchwarden");
        return Objects.requireNonNull(found);
    }

    @Test
    void theWebhooksComeIntoForceWhenAPodServes() throws Exception {
        cluster.putWanted(WANTED.formatted(5), null);
        cluster.api.fail(Call.LIST, "namespaces", 500); // it never gets ready
        WebhookService service = cluster.managed();
        await("the authority is published", () -> !text("ca.crt").isEmpty() && published() == 1);
        await("it waits", () -> ops(service).metric("marchwarden_webhooks_pending") == 1);
        Thread.sleep(SecretCluster.QUICK.steady().plusMillis(500).toMillis());
        assertThat(ops(service).isReady()).isFalse();
        assertThat(validation().path("webhooks")).isEmpty();
        assertThat(ops(service).detail("certificate leader"))
                .endsWith("the webhooks come into force when this replica has been ready for some seconds");

        cluster.api.restore(Call.LIST);
        await("in force", () -> !validation().path("webhooks").isEmpty());
        assertThat(ops(service).isReady()).isTrue();
        JsonNode webhook = validation().path("webhooks").get(0);
        assertThat(webhook.path("failurePolicy").asText()).isEqualTo("Fail");
        assertThat(cluster.caBundles()).hasSize(3).allMatch(text("ca.crt")::equals);
        await("nothing is left to do", () -> ops(service).metric("marchwarden_webhooks_pending") == 0);
    }

    @Test
    void theWebhooksOfAnUpgradeReplaceThoseInForceAndEditsOfOthersStay() throws Exception {
        cluster.putWanted(WANTED.formatted(5), null);
        WebhookService service = cluster.managed();
        await("in force", () -> !validation().path("webhooks").isEmpty());

        ObjectNode edited = validation().deepCopy();
        ((ObjectNode) edited.path("webhooks").get(0)).put("timeoutSeconds", 9); // by a platform
        cluster.api.put(edited.toString());
        cluster.removeFromSecret("tls.key");
        await("rounds of the leader", () -> steps(service, "issue-leaf") == 1);
        Thread.sleep(500);
        assertThat(validation().at("/webhooks/0/timeoutSeconds").asInt()).isEqualTo(9);

        cluster.putWanted(WANTED.formatted(7), validation());
        await(
                "the new ones are in force",
                () -> validation().at("/webhooks/0/timeoutSeconds").asInt() == 7);
        assertThat(cluster.caBundles()).hasSize(3).allMatch(text("ca.crt")::equals);
    }

    @Test
    void aListThatIsNoneIsSaid() throws Exception {
        cluster.putWanted("name: a", null);
        WebhookService service = cluster.managed();
        await(
                "it says why",
                () -> ops(service)
                        .detail("certificate leader")
                        .contains(
                                "the annotation marchwarden.dev/webhooks is no list (expected: the list of webhooks"));
        assertThat(ops(service).isReady()).isTrue();
    }

    /** What an operator reads in the log of a first start, and of a stop, is no alarm. */
    @Test
    void aHealthyStartAndANormalStopLogNoWarning() throws Exception {
        try (LoggedEvents log = LoggedEvents.all()) {
            WebhookService service = cluster.managed();
            await("ready", () -> ops(service).isReady());
            service.stop(Duration.ofMillis(200), Duration.ofMillis(200));
            assertThat(log.alarms()).isEmpty();
            assertThat(log.messages())
                    .contains("Secret mesh/tls is empty; waiting for the first certificate")
                    .noneMatch(message -> message.contains("interrupted"))
                    .noneMatch(message -> message.contains("reloaded"));
        }
    }

    @Test
    void notReadyAndNotListeningBeforeThereIsAPair() throws Exception {
        cluster.api.fail(Call.WRITE, "secrets", 403);
        WebhookService service = cluster.managed();
        await(
                "it says why",
                () -> ops(service).detail("certificate leader").contains("cannot patch Secret mesh/tls, HTTP 403"));
        assertThat(ops(service).get("/livez").status()).isEqualTo(200);
        assertThat(ops(service).isReady()).isFalse();
        assertThat(ops(service).detail("serving")).startsWith("not listening yet");
        assertThat(ops(service).detail("certificate secret"))
                .isEqualTo("Secret mesh/tls: is empty (expected: tls.crt, tls.key and ca.crt)");
        assertThat(ops(service).metric("marchwarden_certificate_expiry_timestamp_seconds"))
                .isNaN();
        cluster.api.restore(Call.WRITE);
        await("ready", () -> ops(service).isReady());
    }

    @Test
    void leafAndAuthorityRotateUnderLoadWithoutOneFailedHandshake() throws Exception {
        WebhookService one = cluster.managed();
        WebhookService two = cluster.managed();
        await("both are ready", () -> ops(one).isReady() && ops(two).isReady());
        HandshakeLoad load = new HandshakeLoad(cluster, one.port(), two.port());
        try (LoggedEvents log = LoggedEvents.of(CertificateLeader.class)) {
            try {
                for (int round = 0; round < 2; round++) {
                    BigInteger before = served(one);
                    cluster.removeFromSecret("tls.key");
                    await(
                            "another leaf",
                            () -> !served(one).equals(before) && served(two).equals(served(one)));

                    BigInteger leaf = served(one);
                    cluster.removeFromSecret("ca.key");
                    await("both authorities", () -> published() == 2);
                    assertThat(served(one)).as("the leaf waits").isEqualTo(leaf);
                    await(
                            "a leaf of the new one",
                            () -> !served(one).equals(leaf) && served(two).equals(served(one)));
                    assertThat(published()).isEqualTo(2);

                    Map<String, byte[]> data = cluster.secret();
                    data.put(
                            "previous-ca.until",
                            SecretCluster.bytes(Instant.now().toString()));
                    cluster.putSecret(data);
                    await("the old one is dropped", () -> published() == 1);
                    await("nothing is left of it", () -> !cluster.secret().containsKey("previous-ca.until"));
                }
            } finally {
                load.awaitEnd();
            }
            assertThat(load.failures).isEmpty();
            assertThat(load.handshakes.get()).isGreaterThan(200);
            assertThat(load.served).hasSize(5);
            assertThat(ops(one).isReady()).isTrue();
            assertThat(ops(two).isReady()).isTrue();
            assertThat(steps(one, "switch") + steps(two, "switch")).isEqualTo(2);
            assertThat(log.messages())
                    .anyMatch(message ->
                            message.matches("Secret mesh/tls: issued a leaf; now leaf [0-9a-f]{64} until .*"))
                    .noneMatch(message -> message.contains("PRIVATE"));
        }
    }

    @Test
    void aLeaderThatIsToldToGoReleasesTheLease() throws Exception {
        WebhookService one = cluster.managed();
        await("ready", () -> ops(one).isReady());
        WebhookService two = cluster.managed();
        await("ready", () -> ops(two).isReady());
        one.stop(Duration.ofMillis(1), Duration.ofMillis(1));
        long begin = System.nanoTime();
        await("the other leads", () -> ops(two).metric("marchwarden_certificate_leader") == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isLessThan(SecretCluster.QUICK.lease().duration());
    }

    // ---- a Secret that goes bad

    private enum Bad {
        NO_CERTIFICATE("has no tls.crt") {
            @Override
            void spoil(Map<String, byte[]> data) {
                data.remove("tls.crt");
            }
        },
        GARBAGE("tls.crt: is not PEM") {
            @Override
            void spoil(Map<String, byte[]> data) {
                data.put("tls.crt", SecretCluster.bytes("garbage"));
            }
        },
        OTHER_KEY("tls.key: does not belong to") {
            @Override
            void spoil(Map<String, byte[]> data) {
                data.put(
                        "tls.key",
                        SecretCluster.bytes(pair(DAY, SecretCluster.HOST).key()));
            }
        },
        OTHER_NAME("is for other.mesh.svc (expected: a certificate for marchwarden.mesh.svc)") {
            @Override
            void spoil(Map<String, byte[]> data) {
                put(data, pair(DAY, "other.mesh.svc"));
            }
        },
        OTHER_AUTHORITY("leads to none of the 1 authorities of ca.crt") {
            @Override
            void spoil(Map<String, byte[]> data) {
                put(data, pair(DAY, SecretCluster.HOST));
            }
        },
        NO_AUTHORITY("ca.crt: is empty") {
            @Override
            void spoil(Map<String, byte[]> data) {
                data.put("ca.crt", new byte[0]);
            }
        },
        EMPTY("is empty (expected: tls.crt, tls.key and ca.crt)") {
            @Override
            void spoil(Map<String, byte[]> data) {
                data.clear();
            }
        };

        private final String said;

        Bad(String said) {
            this.said = said;
        }

        abstract void spoil(Map<String, byte[]> data);

        static CertificatePair pair(Duration lifetime, String host) {
            return CertificateAuthority.create(InstantSource.system(), DAY).issue(List.of(host), lifetime);
        }

        static void put(Map<String, byte[]> data, CertificatePair pair) {
            data.put("tls.crt", SecretCluster.bytes(pair.chain()));
            data.put("tls.key", SecretCluster.bytes(pair.key()));
        }
    }

    private static CertificateAuthority authority() {
        return CertificateAuthority.create(InstantSource.system(), DAY);
    }

    private void fill(CertificateAuthority authority) {
        cluster.putSecret(
                authority.issue(List.of(SecretCluster.HOST), DAY),
                authority.pair().chain());
    }

    /** Nobody fixes it, as somebody else issues. */
    @Test
    void whatIsBadIsSaidOnceAndNeverServedNorPublished() throws Exception {
        fill(authority());
        WebhookService service = cluster.start(false, "marchwarden");
        await("ready", () -> ops(service).isReady());
        Map<String, byte[]> good = cluster.secret();
        List<String> bundles = cluster.caBundles();
        BigInteger before = served(service);
        HandshakeLoad load = new HandshakeLoad(cluster, service.port());
        try (LoggedEvents log = LoggedEvents.of(SecretPairSource.class)) {
            double failures = 0;
            for (Bad bad : Bad.values()) {
                Map<String, byte[]> data = new HashMap<>(good);
                bad.spoil(data);
                cluster.putSecret(data);
                await(
                        bad + " is said",
                        () -> ops(service).detail("certificate secret").contains(bad.said));
                assertThat(ops(service).detail("certificate secret"))
                        .startsWith("the last good one is in use; Secret mesh/tls");
                failures++;
                assertThat(ops(service).metric("marchwarden_certificate_reload_failures_total"))
                        .isEqualTo(failures);
                assertThat(ops(service).isReady()).isTrue();
                assertThat(served(service)).isEqualTo(before);
                cluster.putSecret(good);
                await(
                        "good again",
                        () -> ops(service).detail("certificate secret").equals("up to date"));
            }
            assertThat(log.messages())
                    .filteredOn(message -> message.contains("; the last good pair stays in use"))
                    .hasSize(Bad.values().length);
        } finally {
            load.awaitEnd();
        }
        assertThat(load.failures).isEmpty();
        assertThat(cluster.caBundles()).isEqualTo(bundles);
    }

    @Test
    void aSecretThatSpoilsIsFixedByTheLeaderWithoutAGap() throws Exception {
        WebhookService service = cluster.managed();
        await("ready", () -> ops(service).isReady());
        HandshakeLoad load = new HandshakeLoad(cluster, service.port());
        try {
            for (Bad bad : Bad.values()) {
                Map<String, byte[]> data = cluster.secret();
                bad.spoil(data);
                cluster.putSecret(data);
                await(bad + " is fixed", () -> isFixed(service));
                assertThat(ops(service).isReady()).isTrue();
            }
        } finally {
            load.awaitEnd();
        }
        assertThat(load.failures).isEmpty();
    }

    private boolean isFixed(WebhookService service) throws IOException, InterruptedException {
        Map<String, byte[]> data = cluster.secret();
        return data.keySet().containsAll(List.of("tls.crt", "tls.key", "ca.crt", "ca.key"))
                && !data.containsKey("next-ca.crt")
                && Set.of(SecretCluster.certificates(text("ca.crt")))
                        .equals(Set.of(
                                SecretCluster.certificates(cluster.caBundles().getLast())))
                && SecretCluster.certificates(text("tls.crt")).length == 1
                && served(service).equals(SecretCluster.certificates(text("tls.crt"))[0].getSerialNumber());
    }

    @Test
    void aSecretThatVanishesIsAnErrorAndThePairStays() throws Exception {
        WebhookService service = cluster.managed();
        await("ready", () -> ops(service).isReady());
        BigInteger before = served(service);
        cluster.api.remove("secrets", "mesh", "tls");
        await(
                "it is said",
                () -> ops(service)
                        .detail("certificate secret")
                        .equals("the last good one is in use; Secret mesh/tls does not exist"));
        await(
                "the leader says it too",
                () -> ops(service).detail("certificate leader").contains("cannot get Secret mesh/tls, HTTP 404"));
        cluster.api.remove("leases.coordination.k8s.io", "mesh", "leader");
        await(
                "the lease as well",
                () -> ops(service).detail("certificate leader").contains("Lease mesh/leader, HTTP 404"));
        assertThat(ops(service).isReady()).isTrue();
        assertThat(served(service)).isEqualTo(before);
        assertThat(cluster.api.find("secrets", "mesh", "tls")).isNull();
    }

    @Test
    void webhookConfigurationsThatAreGoneStayGoneAndThoseThatComeAreFilled() throws Exception {
        WebhookService service = cluster.managed();
        await("ready", () -> ops(service).isReady());
        for (String plural : List.of("validatingwebhookconfigurations", "mutatingwebhookconfigurations")) {
            cluster.api.remove(plural + ".admissionregistration.k8s.io", "", "marchwarden");
        }
        cluster.removeFromSecret("tls.crt");
        await("issued meanwhile", () -> cluster.secret().containsKey("tls.crt"));
        assertThat(cluster.caBundles()).isEmpty();
        assertThat(ops(service).isReady()).isTrue();
        cluster.putWebhooks("ValidatingWebhookConfiguration", "");
        await("filled", () -> cluster.caBundles().stream().allMatch(text("ca.crt")::equals));
        cluster.putWebhooks("ValidatingWebhookConfiguration", authority().pair().chain());
        await("fixed", () -> cluster.caBundles().stream().allMatch(text("ca.crt")::equals));
    }

    // ---- somebody else issues

    @Test
    void aSecretThatIsReplacedAsAWholeByAnAdminMakesNoGap() throws Exception {
        CertificateAuthority first = authority();
        CertificateAuthority second = authority();
        fill(first);
        WebhookService one = cluster.start(false, "marchwarden");
        WebhookService two = cluster.start(false, "marchwarden");
        await("ready", () -> ops(one).isReady() && ops(two).isReady());
        BigInteger before = served(one);
        HandshakeLoad load = new HandshakeLoad(cluster, one.port(), two.port());
        try {
            fill(second);
            await("both are trusted", () -> published() == 2);
            await(
                    "it is served",
                    () -> !served(one).equals(before) && served(one).equals(served(two)));
            await("the old one is dropped", () -> published() == 1);
            assertThat(cluster.caBundles()).allMatch(second.pair().chain()::equals);
        } finally {
            load.awaitEnd();
        }
        assertThat(load.failures).isEmpty();
        assertThat(load.served).hasSize(2);
    }

    @Test
    void withoutWebhooksNothingIsWrittenAndAGoodPairIsTakenAtOnce() throws Exception {
        CertificateAuthority authority = authority();
        fill(authority);
        WebhookService service = cluster.start(false, null);
        await("ready", () -> ops(service).isReady());
        String authorities = authority.pair().chain();
        BigInteger before = HandshakeLoad.handshake(service.port(), authorities).getSerialNumber();
        fill(authority);
        await(
                "renewed",
                () -> !HandshakeLoad.handshake(service.port(), authorities)
                        .getSerialNumber()
                        .equals(before));
        assertThat(cluster.api.seen(Call.WRITE)).isZero();
        assertThat(ops(service).get("/metrics").text()).doesNotContain("marchwarden_certificate_leader");
    }

    // ---- checked from outside

    @Test
    void notReadyWhileApiServersTrustSomethingElse() throws Exception {
        fill(authority());
        WebhookService service = cluster.start(false, "marchwarden");
        await("ready", () -> ops(service).isReady());
        cluster.api.fail(Call.WRITE, 500); // else it would be fixed
        for (String kind : List.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")) {
            cluster.putWebhooks(kind, authority().pair().chain());
        }
        await("not ready", () -> !ops(service).isReady());
        assertThat(ops(service).detail("tls")).startsWith("a client would refuse the served certificate");
        await("counted", () -> ops(service).metric("marchwarden_ca_publish_failures_total") > 0);
        cluster.api.restore(Call.WRITE);
        await("ready again", () -> ops(service).isReady());
    }

    @Test
    void theApiServerGoesAwayAndServingGoesOn() throws Exception {
        WebhookService service = cluster.managed();
        await("ready", () -> ops(service).isReady());
        BigInteger before = served(service);
        cluster.api.goAway();
        await("no leader", () -> ops(service).metric("marchwarden_certificate_leader") == 0);
        assertThat(ops(service).isReady()).isTrue();
        assertThat(served(service)).isEqualTo(before);
        cluster.api.comeBack();
        await("leads again", () -> ops(service).metric("marchwarden_certificate_leader") == 1);
        cluster.removeFromSecret("tls.crt");
        await("issued", () -> !served(service).equals(before));
    }

    /** One replica hears of nothing while the others go through a whole rotation. */
    @Test
    void aReplicaThatLagsIsTrustedAllTheSame() throws Exception {
        WebhookService one = cluster.managed();
        await("ready", () -> ops(one).isReady());
        cluster.api.hold(Call.WATCH, "secrets");
        cluster.api.cutWatches();
        BigInteger before = served(one);
        HandshakeLoad load = new HandshakeLoad(cluster, one.port());
        try {
            cluster.removeFromSecret("ca.key");
            await("switched", () -> cluster.secret().containsKey("previous-ca.until"));
            Thread.sleep(SecretCluster.SETTLE);
            assertThat(served(one)).isEqualTo(before);
            cluster.api.restore(Call.WATCH);
            await("caught up", () -> !served(one).equals(before));
        } finally {
            load.awaitEnd();
        }
        assertThat(load.failures).isEmpty();
        assertThat(new HashSet<>(load.served)).hasSize(2);
        assertThat(Arrays.asList(SecretCluster.certificates(cluster.caBundles().getFirst())))
                .hasSize(2);
    }
}
