package dev.marchwarden.cli;

import dev.marchwarden.certificates.Rotation;
import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.certificates.SecretPair;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LeaderLease;
import dev.marchwarden.cluster.LiveSecret;
import dev.marchwarden.cluster.LiveWebhooks;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.Readiness;
import dev.marchwarden.tls.CertificateLeader;
import dev.marchwarden.tls.PairSource;
import dev.marchwarden.tls.ProvenTls;
import dev.marchwarden.tls.SteadyReadiness;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** TLS from a Secret: what is served, what proves it, and what leads, wired. */
final class SecretTls implements AutoCloseable {
    private final SecretTlsPlan plan;
    private final ServedCertificate served;
    private final LiveSecret secret;
    private final @Nullable LiveWebhooks webhooks;
    private final PairSource source;
    private final ProvenTls proven;
    private final BooleanSupplier serving;
    private final @Nullable LeaderLease lease;
    private final @Nullable CertificateLeader leader;

    /**
     * @param port that is listened on, once it is
     * @param ready whether this replica is ready
     */
    SecretTls(
            SecretTlsPlan plan,
            ApiServer api,
            ServedCertificate served,
            Address listen,
            IntSupplier port,
            BooleanSupplier ready,
            InstantSource clock) {
        this.plan = plan;
        this.served = served;
        SecretTlsPlan.Pace pace = plan.pace();
        this.secret =
                new LiveSecret(api, plan.secret(), pace.timing(), pace.lease().deadline(), this::news);
        this.webhooks = plan.webhooks() == null
                ? null
                : new LiveWebhooks(
                        api, plan.webhooks(), pace.timing(), pace.lease().deadline(), this::news);
        this.source = new PairSource(secret, webhooks, plan.host(), pace.settle(), clock, new Use());
        this.proven = new ProvenTls(reachable(listen), port, pace.probe(), plan::host, source::expectation);
        this.serving = new SteadyReadiness(ready, pace.steady(), clock);
        NamespacedName name = plan.lease();
        this.lease = name == null
                ? null
                : new LeaderLease(api, name, identity(), pace.lease(), System::nanoTime, this::news);
        this.leader = lease == null || webhooks == null ? null : leader(lease, webhooks, clock);
    }

    private CertificateLeader leader(LeaderLease held, LiveWebhooks published, InstantSource clock) {
        SecretTlsPlan.Pace pace = plan.pace();
        return plan.issue()
                ? CertificateLeader.issuing(
                        held,
                        secret,
                        published,
                        new Rotation(pace.lifetimes(), plan.hosts()),
                        serving,
                        pace.every(),
                        clock)
                : CertificateLeader.publishing(
                        held, secret, published, plan.host(), pace.handover(), serving, pace.every(), clock);
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

    private final class Use implements PairSource.Use {
        @Override
        public void serve(ServingCertificate certificate) {
            Blocking.await(served.serve(certificate), Blocking.START);
        }

        @Override
        public void expectationChanged() {
            SecretPair pair = source.inUse();
            served.signedBy(pair == null ? null : pair.authority());
            proven.wake();
        }
    }

    void register(Metrics metrics, Readiness readiness) {
        readiness.with("certificate secret", source::condition).with("tls", proven::condition);
        TlsMetrics.reloads(metrics, source::failures);
        TlsMetrics.probes(metrics, proven);
        if (leader != null) {
            CertificateLeader leads = leader;
            readiness.with("certificate leader", leads::condition);
            TlsMetrics.leader(metrics, leads, plan.issue() ? Change.values() : new Change[0]);
        }
    }

    void start() {
        secret.start();
        if (webhooks != null) {
            webhooks.start();
        }
        source.start();
        proven.start();
        if (lease != null && leader != null) {
            leader.start();
            lease.start();
        }
    }

    /** Leads no more, and lets another replica do so. */
    void yieldLead() {
        if (leader != null) {
            leader.close();
        }
    }

    @Override
    public void close() {
        yieldLead();
        proven.close();
        source.close();
        secret.close();
        if (webhooks != null) {
            webhooks.close();
        }
    }
}
