package dev.marchwarden.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.server.LoggedEvents;
import dev.marchwarden.server.RawConnection;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.Reload;
import dev.marchwarden.server.Reply;
import dev.marchwarden.server.TlsEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates come and go, good and bad ones, while clients keep asking: none of them may notice. */
class CertificateReloadTest {
    private static final byte[] REVIEW = RecordedReview.all().getFirst().body();
    private static final String FAILURES = "marchwarden_certificate_reload_failures_total";

    @TempDir
    private Path directory;

    /** Clients that keep their connection and clients that make a new one for each request. */
    private static final class Load {
        final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        final Set<BigInteger> served = ConcurrentHashMap.newKeySet();
        final AtomicInteger answers = new AtomicInteger();
        private final RunningService service;
        private final List<Thread> clients = new ArrayList<>();
        private volatile boolean over;

        Load(RunningService service) {
            this.service = service;
            for (int i = 0; i < 3; i++) {
                clients.add(Thread.ofPlatform().start(() -> record(this::keepAsking)));
                clients.add(Thread.ofPlatform().start(() -> record(this::keepConnecting)));
            }
        }

        private interface Work {
            void run() throws Exception;
        }

        private void record(Work work) {
            try {
                work.run();
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
        }

        private void keepAsking() throws Exception {
            try (RawConnection connection = RawConnection.open(service.trust(), service.port())) {
                while (!over) {
                    ask(connection);
                }
            }
        }

        private void keepConnecting() throws Exception {
            while (!over) {
                try (RawConnection connection = RawConnection.open(service.trust(), service.port())) {
                    served.add(connection.serial());
                    ask(connection);
                }
            }
        }

        private void ask(RawConnection connection) throws IOException, InterruptedException {
            connection.post("/validate", REVIEW);
            Reply reply = connection.read();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.allowed()).isTrue();
            answers.incrementAndGet();
            Thread.sleep(3);
        }

        void awaitEnd() throws InterruptedException {
            over = true;
            for (Thread client : clients) {
                client.join();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void reloadsUnderLoadWithoutOneFailedRequest(TlsEngine engine) throws Exception {
        assumeTrue(engine.isAvailable());
        Set<BigInteger> good = new HashSet<>();
        try (RunningService service = new RunningService(directory, engine)) {
            good.add(served(service));
            Load load = new Load(service);
            try {
                for (Bad bad : Bad.values()) {
                    good.add(replace(service, service.authority()));
                    refuse(service, bad);
                    good.add(replace(service, service.nextAuthority()));
                }
                assertThat(service.ops().detail("certificate files")).isEqualTo("up to date");
                load.awaitEnd();
                assertThat(load.failures).isEmpty();
                assertThat(load.answers.get()).isGreaterThan(200);
                assertThat(good).hasSize(9).containsAll(load.served);
                assertThat(load.served).hasSizeGreaterThan(2);
            } finally {
                load.awaitEnd();
            }
            assertThat(service.ops().metric("marchwarden_unexpected_failures_total"))
                    .isZero();
        }
    }

    /** Ways in which what lies in the directory is no good. */
    private enum Bad {
        GARBAGE {
            @Override
            CertificatePair pair(RunningService service) {
                return new CertificatePair("no certificate", "no key");
            }
        },
        OF_TWO_PAIRS {
            @Override
            CertificatePair pair(RunningService service) {
                return new CertificatePair(
                        fresh(service).chain(), fresh(service).key());
            }
        },
        EXPIRED {
            @Override
            CertificatePair pair(RunningService service) {
                InstantSource then = InstantSource.fixed(Instant.now().minus(Duration.ofDays(30)));
                return CertificateAuthority.create(then, Duration.ofDays(60))
                        .issue(RunningService.HOSTS, Duration.ofDays(1));
            }
        },
        HALF_WRITTEN {
            @Override
            CertificatePair pair(RunningService service) {
                CertificatePair whole = fresh(service);
                return new CertificatePair(
                        whole.chain().substring(0, whole.chain().length() / 2), whole.key());
            }
        };

        abstract CertificatePair pair(RunningService service);

        static CertificatePair fresh(RunningService service) {
            return service.authority().issue(RunningService.HOSTS, RunningService.DAY);
        }
    }

    private static void refuse(RunningService service, Bad bad) throws Exception {
        BigInteger before = served(service);
        double failures = service.ops().metric(FAILURES);
        service.put(bad.pair(service));
        RunningService.await(bad + " is counted", () -> service.ops().metric(FAILURES) > failures);
        assertThat(service.ops().detail("certificate files")).startsWith("the last good one is in use; ");
        assertThat(service.ops().isReady()).isTrue();
        assertThat(served(service)).isEqualTo(before);
    }

    /** The certificate first, the key a while later, as no careful writer does it; returns the serial number now served. */
    private static BigInteger replace(RunningService service, CertificateAuthority authority) throws Exception {
        CertificatePair pair = authority.issue(RunningService.HOSTS, RunningService.DAY);
        Files.writeString(service.tls().resolve(TlsDirectory.CERTIFICATE), pair.chain());
        Thread.sleep(120);
        Files.writeString(service.tls().resolve(TlsDirectory.KEY), pair.key());
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pair.chain().getBytes(StandardCharsets.US_ASCII)));
        BigInteger expected = certificate.getSerialNumber();
        RunningService.await(
                "the new certificate is served", () -> served(service).equals(expected));
        RunningService.await(
                "its expiry is told",
                () -> service.ops().metric("marchwarden_certificate_expiry_timestamp_seconds")
                        == certificate.getNotAfter().toInstant().getEpochSecond());
        return expected;
    }

    private static BigInteger served(RunningService service) throws IOException {
        try (RawConnection connection = RawConnection.open(service.trust(), service.port())) {
            return connection.serial();
        }
    }

    @Test
    void aCertificateThatIsNotValidYetIsTakenIntoUseOnceItIs() throws Exception {
        try (RunningService service = new RunningService(directory, TlsEngine.best());
                LoggedEvents log = LoggedEvents.of(Reload.class)) {
            // Certificates are made valid five minutes back.
            InstantSource ahead = InstantSource.offset(
                    InstantSource.system(), Duration.ofMinutes(5).plusSeconds(2));
            CertificatePair early = CertificateAuthority.create(ahead, RunningService.DAY)
                    .issue(RunningService.HOSTS, RunningService.DAY);
            service.put(early);
            RunningService.await(
                    "the certificate is refused",
                    () -> service.ops().detail("certificate files").startsWith("the last good one is in use; "));
            RunningService.await(
                    "the certificate is in use",
                    () -> service.ops().detail("certificate files").equals("up to date"));
            assertThat(log.messages())
                    .filteredOn(message -> message.contains("not valid before"))
                    .hasSize(1);
            assertThat(log.messages()).last().isEqualTo("certificate reloaded");
        }
    }
}
