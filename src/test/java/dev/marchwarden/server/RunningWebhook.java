package dev.marchwarden.server;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** The true HTTPS server and its plain companion on free ports of the loopback, with a certificate of its own. */
final class RunningWebhook implements AutoCloseable {
    private final Vertx vertx;
    private final BackgroundTasks tasks = new BackgroundTasks();
    private final Metrics metrics = new Metrics();
    private final DecisionLog decisions;
    private final WebhookServer server;
    private final OpsServer ops;
    private final SSLContext trust;
    private final ReviewClient client;

    private RunningWebhook(Plan plan) throws Exception {
        this.vertx = plan.stack.vertx();
        this.decisions = new DecisionLog(tasks, lines -> lines.lines().forEach(plan.lines), plan.waitingLines);
        Policy policy = new Policy(plan.tenancy);
        Admission admission = new Admission(() -> policy, () -> plan.namespaces, plan.rights);
        Address anyPort = new Address("127.0.0.1", 0);
        InstantSource clock = InstantSource.system();
        this.server = new WebhookServer(
                vertx, anyPort, plan.stack.engine(), plan.limits, admission, metrics, decisions, plan.clock);
        this.ops = new OpsServer(vertx, anyPort, new Readiness(), tasks, metrics);
        CertificateAuthority authority = CertificateAuthority.create(clock, Duration.ofDays(1));
        CertificatePair pair = authority.issue(List.of("localhost", "127.0.0.1"), Duration.ofDays(1));
        this.trust = Trust.in(authority.certificate());
        ops.start().await(10, TimeUnit.SECONDS);
        server.start(
                        pair.chain().getBytes(StandardCharsets.US_ASCII),
                        pair.key().getBytes(StandardCharsets.US_ASCII))
                .await(10, TimeUnit.SECONDS);
        this.client = new ReviewClient(trust, server.port());
    }

    /** What to start; by default what the recorded reviews are to be judged by. */
    static final class Plan {
        private ServingStack stack = ServingStack.available().findFirst().orElse(ServingStack.JDK_NIO);
        private Limits limits = Limits.DEFAULT;
        private Tenancy tenancy;
        private Namespaces namespaces;
        private Consumer<String> lines = line -> {};
        private int waitingLines = 1_000;
        private Rights rights = Rights.TENANCY_ONLY;
        private InstantSource clock = InstantSource.system();

        private Plan() throws Exception {
            this.tenancy = TenancyFile.read(RecordedReview.TENANCY);
            this.namespaces = snapshot(tenancy, RecordedReview.NAMESPACES);
        }

        Plan on(ServingStack chosen) {
            stack = chosen;
            return this;
        }

        Plan within(Limits chosen) {
            limits = chosen;
            return this;
        }

        Plan under(Tenancy chosen) {
            tenancy = chosen;
            return this;
        }

        Namespaces namespaces() {
            return namespaces;
        }

        Plan among(Namespaces chosen) {
            namespaces = chosen;
            return this;
        }

        Plan decisionsTo(Consumer<String> chosen) {
            lines = chosen;
            return this;
        }

        /** How many may wait where the lines go. */
        Plan waitingLines(int most) {
            waitingLines = most;
            return this;
        }

        Plan asking(Rights chosen) {
            rights = chosen;
            return this;
        }

        /** The time that decisions are recorded with. */
        Plan by(InstantSource chosen) {
            clock = chosen;
            return this;
        }

        RunningWebhook start() throws Exception {
            return new RunningWebhook(this);
        }
    }

    static Plan plan() throws Exception {
        return new Plan();
    }

    static NamespaceSnapshot snapshot(Tenancy tenancy, Path manifests) throws Exception {
        return NamespaceSnapshot.of(
                new ManifestReader(InputStream.nullInputStream()).read(List.of(manifests)), tenancy.usergroupLabel());
    }

    ReviewClient client() {
        return client;
    }

    RawConnection connect() throws IOException {
        return RawConnection.open(trust, server.port());
    }

    SSLContext trust() {
        return trust;
    }

    int port() {
        return server.port();
    }

    int opsPort() {
        return ops.port();
    }

    DecisionLog decisions() {
        return decisions;
    }

    WebhookServer server() {
        return server;
    }

    /** One line of what Prometheus is told, without its name and labels. */
    double metric(String series) throws IOException, InterruptedException {
        return ReviewClient.get(opsPort(), "/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + series));
    }

    @Override
    public void close() throws TimeoutException {
        client.close();
        vertx.close().await(10, TimeUnit.SECONDS);
        decisions.close();
        metrics.close();
    }
}
