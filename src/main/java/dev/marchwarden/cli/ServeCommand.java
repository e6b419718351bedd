package dev.marchwarden.cli;

import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.certificates.UnusableCertificateException;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.Timing;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.tenancy.Tenancy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code serve}: the webhook. */
@Command(
        name = "serve",
        description = "Serves the webhook until it is told to stop (SIGTERM).",
        exitCodeList = {"2:it could not be started", "143:stopped by SIGTERM"},
        footer = {
            "",
            "Example:",
            "  marchwarden certs issue --dir tls --host localhost --host 127.0.0.1",
            "  marchwarden serve --config tenancy.yaml --namespaces namespaces.yaml --tls-dir tls",
            "  marchwarden serve --config tenancy.yaml --kubeconfig ~/.kube/config --tls-dir tls",
            "",
            "Decisions go to standard output, one JSON line each; everything else to standard error."
        })
final class ServeCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 3_600;

    static final class AddressConverter implements ITypeConverter<Address> {
        @Override
        public Address convert(String value) {
            try {
                return Address.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    static final class SecondsConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            try {
                int seconds = Integer.parseInt(value);
                if (seconds >= 0 && seconds <= MAX_SECONDS) {
                    return Duration.ofSeconds(seconds);
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("\"" + value + "\" is no time (expected: 0 to " + MAX_SECONDS + ")");
        }
    }

    static final class EngineConverter implements ITypeConverter<TlsEngine> {
        @Override
        public TlsEngine convert(String value) {
            if (value.equals("auto")) {
                return TlsEngine.best();
            }
            for (TlsEngine engine : TlsEngine.values()) {
                if (engine.spelling().equals(value.toLowerCase(Locale.ROOT))) {
                    if (!engine.isAvailable()) {
                        throw new TypeConversionException(
                                value + " does not load on this machine (expected: auto or jdk)");
                    }
                    return engine;
                }
            }
            throw new TypeConversionException("\"" + value + "\" is no TLS engine (expected: auto, boringssl or jdk)");
        }
    }

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The tenancy; looked at for changes.")
    private Path config;

    @Option(
            names = "--namespaces",
            paramLabel = "FILE|DIR",
            description = "The namespaces, as manifests, instead of a cluster's; may be given several times.")
    private List<Path> namespaces = List.of();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster to ask, by the file's current context (default: that of the pod it runs in).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--tls-dir",
            required = true,
            paramLabel = "DIR",
            description = "Holds tls.crt and tls.key; looked at for changes.")
    private Path tlsDirectory;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:8443",
            converter = AddressConverter.class,
            description = "Where the webhook listens (default: ${DEFAULT-VALUE}).")
    private Address listen;

    @Option(
            names = "--ops-listen",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:8080",
            converter = AddressConverter.class,
            description = "Where probes and metrics listen, without TLS (default: ${DEFAULT-VALUE}).")
    private Address opsListen;

    @Option(
            names = "--tls-engine",
            paramLabel = "ENGINE",
            defaultValue = "auto",
            converter = EngineConverter.class,
            description = "auto, boringssl or jdk (default: ${DEFAULT-VALUE}).")
    private TlsEngine engine;

    @Option(
            names = "--drain-seconds",
            paramLabel = "N",
            defaultValue = "10",
            converter = SecondsConverter.class,
            description = "How long to keep serving after SIGTERM (default: ${DEFAULT-VALUE}).")
    private Duration drain;

    @Option(
            names = "--finish-seconds",
            paramLabel = "N",
            defaultValue = "10",
            converter = SecondsConverter.class,
            description = "How long what is in flight may then take (default: ${DEFAULT-VALUE}).")
    private Duration finish;

    @Option(
            names = "--reload-seconds",
            paramLabel = "N",
            defaultValue = "5",
            converter = SecondsConverter.class,
            description = "How often files are looked at for changes (default: ${DEFAULT-VALUE}).")
    private Duration reload;

    @Override
    public Integer call() throws InterruptedException {
        TlsDirectory tls = new TlsDirectory(tlsDirectory, InstantSource.system());
        Service service = service(Inputs.tenancy(config), tls);
        service.reloadFrom(config, namespaces, tls, reload.isZero() ? Duration.ofSeconds(1) : reload);
        try {
            service.start();
        } catch (IllegalStateException e) {
            service.close();
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            service.stop(drain, finish);
                            stopped.countDown();
                        },
                        "shutdown"));
        stopped.await();
        return ExitCode.OK;
    }

    private Service service(Tenancy tenancy, TlsDirectory tls) {
        if (kubeconfig != null && !namespaces.isEmpty()) {
            throw new Failure(
                    "--namespaces and --kubeconfig both say what namespaces there are (expected: one of them)");
        }
        if (!namespaces.isEmpty()) {
            List<Manifest> manifests = Inputs.manifests(namespaces);
            return new Service(listen, opsListen, engine, tenancy, manifests, certificate(tls), DecisionLog.toLogger());
        }
        ServingCertificate certificate = certificate(tls);
        LiveCluster cluster = new LiveCluster(apiServer(), tenancy.usergroupLabel(), Timing.DEFAULT);
        return new Service(listen, opsListen, engine, tenancy, cluster, certificate, DecisionLog.toLogger());
    }

    private ApiServer apiServer() {
        if (kubeconfig == null) {
            return ApiServer.ofPod()
                    .orElseThrow(() -> new Failure("nothing says what namespaces there are (expected: --kubeconfig,"
                            + " --namespaces, or a pod with a service account's token)"));
        }
        try {
            return ApiServer.ofKubeconfig(kubeconfig);
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    private ServingCertificate certificate(TlsDirectory tls) {
        try {
            return tls.read();
        } catch (UnusableCertificateException e) {
            throw new Failure(
                    e.getMessage() + "; `marchwarden certs issue --dir " + tlsDirectory + " --host HOST` makes a pair",
                    e);
        }
    }
}
