package dev.marchwarden.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.Rotation;
import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.certificates.SecretPair;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LeaderLease;
import dev.marchwarden.cluster.LivePolicies;
import dev.marchwarden.cluster.LiveSecret;
import dev.marchwarden.cluster.LiveWebhooks;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.ObjectName;
import dev.marchwarden.cluster.PolicyReconciler;
import dev.marchwarden.cluster.TwinState;
import dev.marchwarden.reporting.StandingAudit;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.Readiness;
import dev.marchwarden.server.Readiness.Condition;
import dev.marchwarden.tls.CertificateLeader;
import dev.marchwarden.tls.SecretPairSource;
import dev.marchwarden.tls.SteadyReadiness;
import dev.marchwarden.tls.TlsSelfCheck;
import dev.marchwarden.twin.CelTwin;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** TLS from a Secret: what is served, the check of it, and the leader, wired. */
final class SecretTls implements ServingTls {
    /** API servers follow their watch of policies within a second or two, unless they are overloaded. */
    private static final Duration TO_TAKE_EFFECT = Duration.ofSeconds(10);

    private final SecretTlsPlan plan;
    private final ServedCertificate served;
    private final LiveSecret secret;
    private final @Nullable LiveWebhooks webhooks;
    private final SecretPairSource source;
    private final TlsSelfCheck check;
    private final BooleanSupplier serving;
    private final @Nullable LeaderLease lease;
    private final @Nullable CertificateLeader leader;
    private final @Nullable PolicyReconciler twin;
    private @Nullable StandingAudit audit;

    /**
     * @param port that is listened on, once it is
     * @param ready whether this replica is ready
     * @param policies the twin's objects, by the tenancy that is in force
     */
    SecretTls(
            BackgroundTasks tasks,
            SecretTlsPlan plan,
            ApiServer api,
            ServedCertificate served,
            Address listen,
            IntSupplier port,
            BooleanSupplier ready,
            Supplier<List<JsonNode>> policies,
            InstantSource clock) {
        this.plan = plan;
        this.served = served;
        SecretTlsPlan.Timings timings = plan.timings();
        this.secret = new LiveSecret(
                tasks, api, plan.secret(), timings.timing(), timings.lease().deadline(), this::news);
        this.webhooks = plan.webhooks() == null
                ? null
                : new LiveWebhooks(
                        tasks,
                        api,
                        plan.webhooks(),
                        timings.timing(),
                        timings.lease().deadline(),
                        this::news,
                        this::twinState);
        this.source = new SecretPairSource(tasks, secret, webhooks, plan.host(), timings.settle(), clock, new Server());
        this.check = new TlsSelfCheck(
                tasks,
                new TlsSelfCheck.Target(reachable(listen), port, plan::host),
                timings.selfCheck(),
                source::expected,
                clock);
        this.serving = new SteadyReadiness(ready, timings.steady(), clock);
        NamespacedName name = plan.lease();
        this.lease = name == null
                ? null
                : new LeaderLease(tasks, api, name, identity(), timings.lease(), System::nanoTime, this::leads);
        this.leader = lease == null || webhooks == null ? null : leader(tasks, lease, webhooks, clock);
        this.twin = lease == null || plan.twin() == null
                ? null
                : new PolicyReconciler(
                        tasks,
                        lease,
                        new LivePolicies(api, plan.twin(), timings.lease().deadline()),
                        policies,
                        CelTwin.possibleObjects().stream()
                                .map(each -> ObjectName.policy(each.kind(), each.name()))
                                .toList(),
                        timings.every(),
                        TO_TAKE_EFFECT,
                        this::news);
    }

    private CertificateLeader leader(
            BackgroundTasks tasks, LeaderLease held, LiveWebhooks published, InstantSource clock) {
        SecretTlsPlan.Timings timings = plan.timings();
        return plan.issue()
                ? CertificateLeader.issuing(
                        tasks,
                        held,
                        secret,
                        published,
                        new Rotation(timings.lifetimes(), plan.hosts()),
                        this::served,
                        serving,
                        timings.every(),
                        clock)
                : CertificateLeader.publishing(
                        tasks,
                        held,
                        secret,
                        published,
                        plan.host(),
                        timings.handover(),
                        serving,
                        timings.every(),
                        clock);
    }

    private @Nullable ServingCertificate served() {
        SecretPair pair = source.inUse();
        return pair == null ? null : pair.certificate();
    }

    /** Where a client on this machine reaches what listens there. */
    static InetAddress reachable(Address listen) {
        try {
            InetAddress address = InetAddress.getByName(listen.host());
            return address.isAnyLocalAddress()
                    ? InetAddress.getByName(address.getAddress().length == 4 ? "127.0.0.1" : "::1")
                    : address;
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress(); // listening will fail, and say so
        }
    }

    /** The pod's name, and what tells two containers of one name apart. */
    private static String identity() {
        String host = System.getenv("HOSTNAME");
        String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return (host == null || host.isEmpty() ? "marchwarden" : host) + "-" + suffix;
    }

    private void news() {
        source.wake();
        if (leader != null) {
            leader.wake();
        }
    }

    private TwinState twinState() {
        PolicyReconciler reconciler = twin;
        return reconciler == null ? TwinState.UNKNOWN : reconciler.state();
    }

    private void leads() {
        news();
        tenancyChanged();
    }

    /** Twin and audit have to follow. */
    @Override
    public void tenancyChanged() {
        if (audit != null) {
            audit.wake();
        }
        if (twin != null) {
            twin.wake();
        }
    }

    /** Has the replica that leads audit the cluster; before {@link #start}, and only where there is a lease. */
    StandingAudit audit(
            BackgroundTasks tasks,
            StandingAudit.Source source,
            StandingAudit.@Nullable Target target,
            StandingAudit.Rhythm rhythm,
            InstantSource clock) {
        if (lease == null) {
            throw new IllegalStateException("an audit without a lease");
        }
        StandingAudit its = new StandingAudit(tasks, lease::isHeld, source, target, rhythm, clock);
        audit = its;
        return its;
    }

    private final class Server implements SecretPairSource.Server {
        @Override
        public void serve(ServingCertificate certificate) {
            BlockingWait.await(served.serve(certificate), BlockingWait.START);
        }

        @Override
        public void expectationChanged() {
            SecretPair pair = source.inUse();
            served.signedBy(pair == null ? null : pair.authority());
            check.wake();
        }
    }

    @Override
    public void register(Metrics metrics, Readiness readiness) {
        readiness.with("certificate secret", source::condition).with("tls", check::condition);
        TlsMetrics.reloads(metrics, source::failures);
        TlsMetrics.selfChecks(metrics, check);
        if (leader != null) {
            CertificateLeader leads = leader;
            readiness.with("certificate leader", leads::condition);
            TlsMetrics.leader(metrics, leads, plan.issue() ? Change.values() : new Change[0]);
        }
        if (twin != null) {
            PolicyReconciler reconciler = twin;
            readiness.with("twin", () -> Condition.holding(reconciler.detail()));
            metrics.gauge(
                    "marchwarden.twin.behind",
                    "1 while this replica leads and the policies in the API server do not match the tenancy",
                    () -> reconciler.isBehind() ? 1 : 0);
        }
    }

    @Override
    public void start() {
        secret.start();
        if (webhooks != null) {
            webhooks.start();
        }
        source.start();
        check.start();
        if (lease != null && leader != null) {
            leader.start();
            if (twin != null) {
                twin.start();
            }
            if (audit != null) {
                audit.start();
            }
            lease.start();
        }
    }

    @Override
    public void yieldLead() {
        if (audit != null) {
            audit.close();
        }
        if (twin != null) {
            twin.close();
        }
        if (leader != null) {
            leader.close();
        }
    }

    @Override
    public void close() {
        yieldLead();
        check.close();
        source.close();
        secret.close();
        if (webhooks != null) {
            webhooks.close();
        }
    }
}
