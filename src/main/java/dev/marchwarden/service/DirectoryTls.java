package dev.marchwarden.service;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.DirectoryPair;
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
final class DirectoryTls implements ServingTls {
    private final DirectoryTlsPlan plan;
    private final ServedCertificate served;
    private final Address listen;
    private final InstantSource clock;
    private final TlsSelfCheck check;
    private final WatchedFiles files;
    private final Reload<DirectoryPair> reload;
    private volatile @Nullable DirectoryPair inUse;

    /**
     * @param port that is listened on, once it is
     * @param every how often the directory is looked at
     */
    DirectoryTls(
            BackgroundTasks tasks,
            DirectoryTlsPlan plan,
            ServedCertificate served,
            Address listen,
            IntSupplier port,
            Metrics metrics,
            Duration every,
            InstantSource clock) {
        this.plan = plan;
        this.served = served;
        this.listen = listen;
        this.clock = clock;
        TlsDirectory directory = plan.directory();
        this.files = new WatchedFiles(Stream.of(TlsDirectory.CERTIFICATE, TlsDirectory.KEY, TlsDirectory.CA_CERTIFICATE)
                .map(directory.path()::resolve)
                .toList());
        this.reload = new Reload<>(
                tasks,
                "certificate",
                files,
                directory::readPair,
                this::serve,
                metrics.counter("marchwarden.certificate.reload.failures", "Certificates that could not be used"),
                every);
        this.check = new TlsSelfCheck(
                tasks,
                new TlsSelfCheck.Target(SecretTls.reachable(listen), port, this::host),
                SecretTlsPlan.Timings.SELF_CHECK,
                this::expected,
                clock);
    }

    @Override
    public void register(Metrics metrics, Readiness readiness) {
        readiness.with("certificate files", reload::condition).with("tls", check::condition);
        TlsMetrics.selfChecks(metrics, check);
    }

    @Override
    public void start() {
        BlockingWait.awaitListening(listen, served.serve(plan.first()));
        take(first());
        reload.start();
        check.start();
    }

    /** What is served, with what else there is in the directory if it is still of the same certificate. */
    private DirectoryPair first() {
        try {
            DirectoryPair now = plan.directory().readPair();
            if (now.certificate().equals(plan.first())) {
                return now;
            }
        } catch (UnusableCertificateException e) {
            // the next look reports it
        }
        files.forget();
        return new DirectoryPair(plan.first(), List.of());
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
        if (plan.host() != null) {
            return plan.host();
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
        reload.close();
        check.close();
    }
}
