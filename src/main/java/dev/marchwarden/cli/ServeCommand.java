package dev.marchwarden.cli;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.certificates.UnusableCertificateException;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.Timing;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.service.DirectoryTlsPlan;
import dev.marchwarden.service.SecretTlsPlan;
import dev.marchwarden.service.TenancyFiles;
import dev.marchwarden.service.WebhookService;
import dev.marchwarden.service.WebhookService.Settings;
import dev.marchwarden.tenancy.Tenancy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code serve}: the webhook. */
@Command(
        name = "serve",
        description = "Runs the webhook until SIGTERM.",
        exitCodeList = {
            "2:it could not start",
            "130:stopped by Ctrl-C; a second Ctrl-C ends it at once, without finishing what is in flight",
            "143:stopped by SIGTERM"
        },
        footer = {
            "",
            "Example:",
            "  marchwarden certs issue --dir tls --host localhost --host 127.0.0.1",
            "  marchwarden serve --config tenancy.yaml --namespaces namespaces.yaml --tls-dir tls",
            "  marchwarden serve --config tenancy.yaml --kubeconfig ~/.kube/config --tls-dir tls",
            "",
            "Decisions go to standard output, one JSON object a line; everything else to standard error. With",
            "--log-format json each of these lines is a JSON object, too, and only these have a \"level\"."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
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
            description = "The tenancy file; reloaded when it changes.")
    private Path config;

    @Option(
            names = "--namespaces",
            paramLabel = "FILE|DIR",
            description = "Read namespaces from manifests instead of a cluster; may be given several times.")
    private List<Path> namespaces = List.of();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster to ask, by the file's current context (default: that of the pod it runs in).")
    private @Nullable Path kubeconfig;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Option(
            names = "--events",
            description =
                    "Write Events about denials and warnings into the namespaces concerned, one for each rule and author in five minutes. Needs the right to get, create and patch Events.")
    private boolean events;

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
            description = "How long requests in flight may then take (default: ${DEFAULT-VALUE}).")
    private Duration finish;

    @Option(
            names = "--reload-seconds",
            paramLabel = "N",
            defaultValue = "5",
            converter = SecondsConverter.class,
            description = "How often files are checked for changes (default: ${DEFAULT-VALUE}).")
    private Duration reload;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json, for all lines that are not decisions (default: ${DEFAULT-VALUE}).")
    private LogFormat logFormat;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info or debug (default: ${DEFAULT-VALUE}).")
    private LogLevel logLevel;

    @Override
    public Integer call() throws InterruptedException {
        LogSetup.use(logFormat, logLevel);
        try {
            serve();
            return ExitCode.OK;
        } catch (RuntimeException e) {
            if (logFormat != LogFormat.JSON) {
                throw e; // printed as by every other command
            }
            LOG.error("cannot start: {}", e.getMessage(), e instanceof Failure ? null : e);
            return ExitCode.ERROR;
        }
    }

    private void serve() throws InterruptedException {
        if (events && !namespaces.isEmpty()) {
            throw new Failure("--events and --namespaces (expected: a cluster, in which Events can be written)");
        }
        TenancyFiles files = TenancyFiles.of(config, namespaces);
        Tenancy tenancy = InputFiles.tenancy(config);
        files.warn(tenancy);
        BackgroundTasks tasks = new BackgroundTasks();
        Settings settings =
                new Settings(listen, opsListen, engine, tenancy, files, every(), DecisionLog.toLogger(tasks), tasks);
        WebhookService service = tls.directory()
                .map(path -> overDirectory(settings, new TlsDirectory(path, InstantSource.system())))
                .orElseGet(() -> overSecret(settings));
        if (events) {
            service.writeEvents();
        }
        // Before it can be seen as ready: who sees that may stop it at once, and it has to drain then.
        CountDownLatch stopped = new CountDownLatch(1);
        StopSignal.install();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            service.stop(drain, finish);
                            stopped.countDown();
                        },
                        "shutdown"));
        try {
            service.start();
        } catch (IllegalStateException e) {
            service.close();
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
        stopped.await();
    }

    private Duration every() {
        return reload.isZero() ? Duration.ofSeconds(1) : reload;
    }

    private WebhookService overSecret(Settings settings) {
        SecretTlsPlan plan = tls.plan(settings.tenancy().clusterDomain());
        if (!namespaces.isEmpty()) {
            throw new Failure(
                    "--tls-secret and --namespaces (expected: a cluster, which has the Secret, or --tls-dir)");
        }
        WebhookService service = new WebhookService(settings, cluster(settings), plan);
        tls.audit()
                .ifPresent(audit -> service.audit(
                        new ClusterClient(InputFiles.cluster(kubeconfig, null), Cluster.DEADLINE), audit));
        return service;
    }

    private WebhookService overDirectory(Settings settings, TlsDirectory directory) {
        if (kubeconfig != null && !namespaces.isEmpty()) {
            throw new Failure("--namespaces and --kubeconfig are both given (expected: one of them)");
        }
        List<Manifest> manifests = namespaces.isEmpty() ? List.of() : InputFiles.manifests(namespaces);
        String host = tls.service().map(SecretTlsPlan::host).orElse(null);
        DirectoryTlsPlan plan = new DirectoryTlsPlan(directory, certificate(directory), host);
        return namespaces.isEmpty()
                ? new WebhookService(settings, cluster(settings), plan)
                : new WebhookService(settings, manifests, plan);
    }

    private LiveCluster cluster(Settings settings) {
        return new LiveCluster(
                settings.tasks(),
                InputFiles.apiServer(kubeconfig),
                settings.tenancy().usergroupLabel(),
                Timing.DEFAULT);
    }

    private static ServingCertificate certificate(TlsDirectory directory) {
        try {
            return directory.read();
        } catch (UnusableCertificateException e) {
            throw new Failure(
                    e.getMessage() + "; `marchwarden certs issue --dir " + directory.path()
                            + " --host HOST` makes a pair",
                    e);
        }
    }
}
