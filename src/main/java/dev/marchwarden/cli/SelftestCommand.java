package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.WebhookContent;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.server.Address;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code selftest}: asks an installed webhook as the API server does. */
@Command(
        name = "selftest",
        description = {
            "Calls an installed webhook as the API server does: by the name of its Service, with the",
            "caBundle of its webhook configurations. `helm test` runs it in the cluster."
        },
        exitCodeList = {
            "0:it answers correctly",
            "1:it does not; standard output says why",
            "2:the webhook configurations could not be read"
        },
        footer = {
            "",
            "Example:",
            "  marchwarden selftest --service marchwarden/marchwarden --webhooks marchwarden",
            "",
            "It changes nothing, and needs the right to get the two webhook configurations."
        })
final class SelftestCommand implements Callable<Integer> {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final int MAX_WAIT = 3_600;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--service",
            required = true,
            paramLabel = "NAMESPACE/NAME",
            converter = TlsOptions.NameConverter.class,
            description = "The Service that the API server calls.")
    private NamespacedName service;

    @Option(
            names = "--webhooks",
            required = true,
            paramLabel = "NAME",
            description = "The name of the validating and the mutating webhook configuration.")
    private String webhooks;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster to ask, by the file's current context (default: that of the pod it runs in).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            converter = ServeCommand.AddressConverter.class,
            description = "Where to connect to, if the cluster's DNS is not available: a port-forward, for example.")
    private @Nullable Address address;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Repeat until everything is correct, for this many seconds at most (default: ask once).")
    private int wait;

    @Override
    public Integer call() throws InterruptedException {
        if (wait < 0 || wait > MAX_WAIT) {
            throw new Failure("--wait " + wait + " (expected: 0 to " + MAX_WAIT + " seconds)");
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(wait);
        while (true) {
            boolean last = System.nanoTime() >= end;
            try {
                List<Selftest.Result> results = results(content());
                if (last || results.stream().allMatch(Selftest.Result::good)) {
                    return show(results);
                }
            } catch (Failure e) {
                if (last) {
                    throw e;
                }
            }
            Thread.sleep(ASK_EVERY);
        }
    }

    private int show(List<Selftest.Result> results) {
        PrintWriter out = spec.commandLine().getOut();
        results.forEach(result -> out.println((result.good() ? "ok    " : "WRONG ") + result.text()));
        return results.stream().allMatch(Selftest.Result::good) ? ExitCode.OK : ExitCode.FOUND;
    }

    private List<Selftest.Result> results(WebhookContent content) {
        List<Selftest.Result> results = new ArrayList<>();
        tests(content).forEach(test -> results.addAll(test.run()));
        if (!content.isInForce()) {
            results.add(new Selftest.Result(
                    false,
                    "the validating webhooks are not in force yet, so nothing is denied (expected: a ready pod puts them in"
                            + " force within 30 seconds; its log says why not)"));
        }
        return results;
    }

    /** One for each caBundle: webhooks that differ in it are trusted differently. */
    private List<Selftest> tests(WebhookContent content) {
        Set<String> bundles = new LinkedHashSet<>();
        for (byte[] bundle : content.caBundles()) {
            bundles.add(new String(bundle, UTF_8));
        }
        if (bundles.isEmpty()) {
            throw new Failure("there is no webhook in ValidatingWebhookConfiguration or MutatingWebhookConfiguration "
                    + webhooks + " (expected: the ones that the chart makes; --webhooks is its name)");
        }
        String host = service.name() + "." + service.namespace() + ".svc";
        SocketAddress there = address == null ? null : SocketAddress.inetSocketAddress(address.port(), address.host());
        return bundles.stream().map(bundle -> new Selftest(bundle, host, there)).toList();
    }

    private WebhookContent content() {
        try (ClusterClient client = new ClusterClient(InputFiles.cluster(kubeconfig, null), DEADLINE)) {
            return WebhookContent.read(client, webhooks);
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }
}
