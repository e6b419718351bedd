package dev.marchwarden.service;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.server.Trust;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;

/** What {@code serve} runs, on free ports of the loopback, over files in a directory that a test may change. */
public final class RunningService implements AutoCloseable {
    public static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "marchwarden.marchwarden.svc");
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), DAY);
    private final CertificateAuthority nextAuthority = CertificateAuthority.create(InstantSource.system(), DAY);
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Path directory;
    private final WebhookService service;
    private final ReviewClient client;

    public static final Duration DAY = Duration.ofDays(1);

    public RunningService(Path directory, TlsEngine engine) throws Exception {
        this.directory = directory;
        put(authority.issue(HOSTS, DAY));
        Files.copy(RecordedReview.TENANCY, tenancy());
        TlsDirectory tlsDirectory = new TlsDirectory(tls(), InstantSource.system());
        Address anyPort = new Address("127.0.0.1", 0);
        BackgroundTasks tasks = new BackgroundTasks();
        TenancyFiles files = TenancyFiles.of(tenancy(), List.of(RecordedReview.NAMESPACES));
        this.service = new WebhookService(
                new WebhookService.Settings(
                        anyPort,
                        anyPort,
                        engine,
                        TenancyFile.read(tenancy()),
                        files,
                        LOOK_EVERY,
                        new DecisionLog(tasks, batch -> batch.lines().forEach(lines::add)),
                        tasks),
                new ManifestReader(InputStream.nullInputStream()).read(files.namespaces()),
                new DirectoryTlsPlan(tlsDirectory, tlsDirectory.read(), null));
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
        write(pair, directory);
    }

    /** Writes a pair into {@code tls} of a directory, as a Secret is mounted. */
    public static Path write(CertificatePair pair, Path directory) throws IOException {
        Path tls = Files.createDirectories(directory.resolve("tls"));
        Files.writeString(tls.resolve(TlsDirectory.CERTIFICATE), pair.chain());
        Files.writeString(tls.resolve(TlsDirectory.KEY), pair.key());
        return tls;
    }

    public CertificateAuthority authority() {
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

    public int port() {
        return service.port();
    }

    int opsPort() {
        return service.opsPort();
    }

    OpsClient ops() {
        return new OpsClient(service.opsPort());
    }

    public interface Check {
        boolean holds() throws Exception;
    }

    /** Waits for something that has to come true soon. */
    public static void await(String what, Check check) throws Exception {
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
