package dev.marchwarden.cli;

import dev.marchwarden.certificates.DirectoryPair;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.certificates.UnusableCertificateException;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.Readiness;
import dev.marchwarden.server.Reload;
import dev.marchwarden.tls.Expectation;
import dev.marchwarden.tls.ProvenTls;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** TLS from a directory: what of it is served, and what proves it. */
final class DirectoryTls implements AutoCloseable {
    private final TlsDirectory directory;
    private final @Nullable String host;
    private final ServedCertificate served;
    private final InstantSource clock;
    private final ProvenTls proven;
    private volatile @Nullable DirectoryPair inUse;

    /**
     * @param host by which clients call us; null for the first name of the certificate
     * @param port that is listened on, once it is
     */
    DirectoryTls(
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
        this.proven = new ProvenTls(
                SecretTls.reachable(listen), port, SecretTlsPlan.Pace.PROBE, this::host, this::expectation);
    }

    /** @param first read from the directory a moment ago */
    void begin(ServingCertificate first) {
        DirectoryPair pair = new DirectoryPair(first, List.of());
        try {
            DirectoryPair now = directory.readPair();
            pair = now.certificate().equals(first) ? now : pair;
        } catch (UnusableCertificateException e) {
            // The next look will say so.
        }
        take(pair);
    }

    Reload<DirectoryPair> reload(Metrics metrics, Readiness readiness) {
        Reload<DirectoryPair> reload = new Reload<>(
                "certificate",
                Stream.of(TlsDirectory.CERTIFICATE, TlsDirectory.KEY, TlsDirectory.CA_CERTIFICATE)
                        .map(directory.path()::resolve)
                        .toList(),
                directory::readPair,
                this::serve,
                metrics.counter("marchwarden.certificate.reload.failures", "Certificates that could not be used"));
        readiness.with("certificate files", reload::condition).with("tls", proven::condition);
        TlsMetrics.probes(metrics, proven);
        return reload;
    }

    void start() {
        proven.start();
    }

    private Future<Void> serve(DirectoryPair fresh) {
        return served.serve(fresh.certificate()).onSuccess(done -> {
            take(fresh);
            proven.wake();
        });
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

    private @Nullable Expectation expectation() {
        DirectoryPair pair = inUse;
        return pair == null ? null : new Expectation(pair.certificate(), List.of(pair.trust()));
    }

    @Override
    public void close() {
        proven.close();
    }
}
