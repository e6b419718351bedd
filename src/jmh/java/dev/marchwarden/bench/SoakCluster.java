package dev.marchwarden.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The cluster of a soak: a stand-in for an API server whose namespaces change, whose watches break in every way there is, with a Secret whose
 * certificate is replaced; and a tenancy file that is replaced. None of it changes what the reviews of the soak are answered.
 */
final class SoakCluster implements AutoCloseable {
    private static final int NAMESPACES = 1_000;
    private static final Duration LIFETIME = Duration.ofDays(1);
    private static final List<String> HOSTS = List.of("marchwarden.marchwarden.svc", "localhost", "127.0.0.1");
    private static final String ANOTHER_USERGROUP = """
              - name: usergroup-3
                owners: {groups: [team-3]}
            """;

    private final Path directory;
    private final StandInApiServer api = StandInApiServer.start();
    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), LIFETIME);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicReference<@Nullable Exception> problem = new AtomicReference<>();
    private final AtomicInteger tenancies = new AtomicInteger();
    private final AtomicInteger certificates = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger faults = new AtomicInteger();

    SoakCluster(Path directory) throws IOException {
        this.directory = directory;
        for (int i = 0; i < NAMESPACES; i++) {
            api.put("team-" + i, labels(1 + i % 2));
        }
        for (int usergroup : List.of(1, 2)) {
            api.put("usergroup-" + usergroup, Map.of("usergroup", "usergroup-" + usergroup));
            api.put("app-ns-" + usergroup, labels(usergroup));
        }
        api.put("marchwarden", Map.of());
        api.kubeconfig(directory.resolve("kubeconfig"), "soak");
        Files.writeString(authorityFile(), authorityChain());
        replaceTenancy();
        replaceCertificate();
    }

    private static Map<String, String> labels(int usergroup) {
        return Map.of("usergroup", "usergroup-" + usergroup, "istio.io/rev", "usergroup-" + usergroup);
    }

    /** What {@code serve} needs to know of it. */
    List<String> options() {
        return List.of(
                "--kubeconfig",
                directory.resolve("kubeconfig").toString(),
                "--tls-secret",
                "marchwarden/tls",
                "--service",
                "marchwarden/marchwarden",
                "--reload-seconds",
                "1");
    }

    /** Whom clients of the server trust. */
    Path authorityFile() {
        return directory.resolve("soak-ca.crt");
    }

    private String authorityChain() {
        return authority.pair().chain();
    }

    /** Begins to disturb, for ever. */
    void disturb() {
        every(1, this::writeNamespace);
        every(7, this::breakWatches);
        every(20, this::replaceTenancy);
        every(30, this::replaceCertificate);
    }

    private interface Step {
        void run() throws Exception;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what goes wrong is kept
    private void every(int seconds, Step step) {
        clock.scheduleAtFixedRate(
                () -> {
                    try {
                        step.run();
                    } catch (Exception e) {
                        problem.compareAndSet(null, e);
                    }
                },
                seconds,
                seconds,
                TimeUnit.SECONDS);
    }

    /** A namespace that comes, changes and goes. */
    private void writeNamespace() {
        int write = writes.getAndIncrement();
        String name = "passing-" + write / 3;
        switch (write % 3) {
            case 0 -> api.put(name, labels(1));
            case 1 -> api.put(name, labels(2));
            default -> api.remove(name);
        }
    }

    /** Each fault ends when the next one comes. */
    private void breakWatches() {
        int fault = faults.getAndIncrement();
        switch (fault % 6) {
            case 0 -> api.cutWatches();
            case 1 -> api.expireWatches();
            case 2 -> {
                api.compact();
                api.cutWatches();
            }
            case 3 -> {
                api.fail(Call.WATCH, 500);
                api.fail(Call.LIST, 503);
                api.cutWatches();
            }
            case 4 -> {
                api.restore(Call.WATCH);
                api.restore(Call.LIST);
                api.goAway();
            }
            default -> api.comeBack();
        }
    }

    private void replaceTenancy() throws IOException {
        String tenancy = new String(Reviews.resource("tenancy.yaml"), UTF_8);
        boolean more = tenancies.getAndIncrement() % 2 == 1;
        Path fresh = Files.writeString(directory.resolve("tenancy.new"), more ? tenancy + ANOTHER_USERGROUP : tenancy);
        Files.move(fresh, directory.resolve("tenancy.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void replaceCertificate() {
        certificates.getAndIncrement();
        CertificatePair pair = authority.issue(HOSTS, LIFETIME);
        api.put("""
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"tls","namespace":"marchwarden"},\
                "type":"kubernetes.io/tls","data":{"tls.crt":"%s","tls.key":"%s","ca.crt":"%s"}}""".formatted(base64(pair.chain()), base64(pair.key()), base64(authorityChain())));
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(US_ASCII));
    }

    /** What was done so far, in words. Throws what the stand-in itself failed with. */
    String done() throws Exception {
        Exception failure = problem.get();
        if (failure != null) {
            throw failure;
        }
        return "%d tenancies, %d certificates, %d writes of namespaces, %d faults of watches"
                .formatted(tenancies.get(), certificates.get(), writes.get(), faults.get());
    }

    @Override
    public void close() {
        clock.shutdownNow();
        api.close();
    }
}
