package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.Reply;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.server.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;

/** What {@code serve} runs, on free ports of the loopback, over files in a directory that a test may change. */
final class RunningService implements AutoCloseable {
    static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "marchwarden.marchwarden.svc");
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), DAY);
    private final CertificateAuthority nextAuthority = CertificateAuthority.create(InstantSource.system(), DAY);
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Path directory;
    private final Service service;
    private final ReviewClient client;

    static final Duration DAY = Duration.ofDays(1);

    RunningService(Path directory, TlsEngine engine) throws Exception {
        this.directory = directory;
        Files.createDirectories(tls());
        put(authority.issue(HOSTS, DAY));
        Files.copy(RecordedReview.TENANCY, tenancy());
        TlsDirectory tlsDirectory = new TlsDirectory(tls(), InstantSource.system());
        Address anyPort = new Address("127.0.0.1", 0);
        BackgroundTasks tasks = new BackgroundTasks();
        TenancyFiles files = TenancyFiles.of(tenancy(), List.of(RecordedReview.NAMESPACES));
        this.service = new Service(
                new Service.Settings(
                        anyPort,
                        anyPort,
                        engine,
                        files.tenancy(),
                        new DecisionLog(tasks, batch -> batch.lines().forEach(lines::add)),
                        tasks),
                files.manifests(),
                tlsDirectory.read());
        service.reloadFrom(files, tlsDirectory, LOOK_EVERY);
        service.start();
        this.client = new ReviewClient(trust(), service.port());
    }

    Path tls() {
        return directory.resolve("tls");
    }

    Path tenancy() {
        return directory.resolve("tenancy.yaml");
    }

    void put(CertificatePair pair) throws IOException {
        Files.writeString(tls().resolve(TlsDirectory.CERTIFICATE), pair.chain());
        Files.writeString(tls().resolve(TlsDirectory.KEY), pair.key());
    }

    CertificateAuthority authority() {
        return authority;
    }

    /** Another one that clients trust as well, as they do while an authority is replaced. */
    CertificateAuthority nextAuthority() {
        return nextAuthority;
    }

    SSLContext trust() {
        return Trust.in(authority.certificate(), nextAuthority.certificate());
    }

    ReviewClient client() {
        return client;
    }

    Queue<String> lines() {
        return lines;
    }

    int port() {
        return service.port();
    }

    int opsPort() {
        return service.opsPort();
    }

    Reply ops(String path) throws IOException, InterruptedException {
        return ReviewClient.get(service.opsPort(), path);
    }

    double metric(String series) throws IOException, InterruptedException {
        return ops("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + series));
    }

    /** What the readiness report has to say of one condition. */
    String detail(String condition) throws IOException, InterruptedException {
        for (JsonNode each : ops("/readyz").json().path("conditions")) {
            if (each.path("name").asText().equals(condition)) {
                return each.path("detail").asText();
            }
        }
        throw new AssertionError("no condition " + condition);
    }

    interface Check {
        boolean holds() throws Exception;
    }

    /** Waits for something that has to come true soon. */
    static void await(String what, Check check) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!check.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come true: " + what);
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        client.close();
        service.close();
    }
}
