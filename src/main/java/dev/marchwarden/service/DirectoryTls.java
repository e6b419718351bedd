package dev.marchwarden.service;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.DirectoryPair;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.certificates.UnusableCertificateException;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.Readiness;
import dev.marchwarden.server.Reload;
import dev.marchwarden.server.WatchedFiles;
import dev.marchwarden.tls.ExpectedCertificate;
import dev.marchwarden.tls.TlsSelfCheck;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** TLS from a directory: what of it is served, and the check of it. */
final class DirectoryTls implements AutoCloseable {
    private final TlsDirectory directory;
    private final @Nullable String host;
    private final ServedCertificate served;
    private final InstantSource clock;
    private final TlsSelfCheck check;
    private final WatchedFiles files;
    private volatile @Nullable DirectoryPair inUse;

    /**
     * @param host by which clients call us; null for the first name of the certificate
     * @param port that is listened on, once it is
     */
    DirectoryTls(
            BackgroundTasks tasks,
            TlsDirectory directory,
            @Nullable String host,
            ServedCertificate served,
            Address listen,
            IntSupplier port,
            InstantSource clock) {
        this.directory = directory;
        this.host = host;
        this.served = served;
        this.clock = clock;
        this.files = new WatchedFiles(Stream.of(TlsDirectory.CERTIFICATE, TlsDirectory.KEY, TlsDirectory.CA_CERTIFICATE)
                .map(directory.path()::resolve)
                .toList());
        this.check = new TlsSelfCheck(
                tasks,
                new TlsSelfCheck.Target(SecretTls.reachable(listen), port, this::host),
                SecretTlsPlan.Timings.SELF_CHECK,
                this::expected,
                clock);
    }

    /** @param first read from the directory a moment ago */
    void begin(ServingCertificate first) {
        DirectoryPair pair = new DirectoryPair(first, List.of());
        try {
            DirectoryPair now = directory.readPair();
            if (now.certificate().equals(first)) {
                pair = now;
            } else {
                files.forget();
            }
        } catch (UnusableCertificateException e) {
            files.forget(); // the next look reports it
        }
        take(pair);
    }

    Reload<DirectoryPair> reload(BackgroundTasks tasks, Metrics metrics, Readiness readiness, Duration every) {
        Reload<DirectoryPair> reload = new Reload<>(
                tasks,
                "certificate",
                files,
                directory::readPair,
                this::serve,
                metrics.counter("marchwarden.certificate.reload.failures", "Certificates that could not be used"),
                every);
        readiness.with("certificate files", reload::condition).with("tls", check::condition);
        TlsMetrics.selfChecks(metrics, check);
        return reload;
    }

    void start() {
        check.start();
    }

    private void serve(DirectoryPair fresh) {
        BlockingWait.await(served.serve(fresh.certificate()), BlockingWait.START);
        take(fresh);
        check.wake();
    }

    private void take(DirectoryPair pair) {
        inUse = pair;
        served.signedBy(pair.authority(clock.instant()).orElse(null));
    }

    private String host() {
        if (host != null) {
            return host;
        }
        DirectoryPair pair = inUse;
        // A name under a wildcard is as good as another.
        return pair == null ? "" : pair.certificate().names().getFirst().replace("*", "probe");
    }

    private @Nullable ExpectedCertificate expected() {
        DirectoryPair pair = inUse;
        return pair == null ? null : new ExpectedCertificate(pair.certificate(), List.of(pair.trust()));
    }

    @Override
    public void close() {
        check.close();
    }
}
