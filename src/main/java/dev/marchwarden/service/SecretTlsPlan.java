package dev.marchwarden.service;

import dev.marchwarden.certificates.Handover;
import dev.marchwarden.certificates.Lifetimes;
import dev.marchwarden.cluster.LeaseTiming;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.Timing;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a Secret is served from.
 *
 * @param service that the API server calls
 * @param issue whether we issue what is in the Secret
 * @param webhooks name of the webhook configurations whose caBundles we keep; null where somebody else does
 * @param lease by which replicas agree who does; null where there is nothing to do
 * @param twin name of the ClusterRole that the twin's policies belong to; null where no twin is kept
 * @param clusterDomain that names of Services end in
 */
public record SecretTlsPlan(
        NamespacedName secret,
        NamespacedName service,
        boolean issue,
        @Nullable String webhooks,
        @Nullable NamespacedName lease,
        @Nullable String twin,
        String clusterDomain,
        Timings timings)
        implements TlsPlan {
    /**
     * How often and how long.
     *
     * @param settle how long an authority has to be seen published before a leaf of it replaces a good one
     * @param every how often the leader acts at least
     * @param selfCheck how often TLS is checked
     * @param steady how long a replica has to be ready before webhooks come into force
     */
    public record Timings(
            Timing timing,
            LeaseTiming lease,
            Lifetimes lifetimes,
            Handover handover,
            Duration settle,
            Duration every,
            Duration selfCheck,
            Duration steady) {
        static final Duration SELF_CHECK = Duration.ofSeconds(10);

        public static final Timings DEFAULT = new Timings(
                Timing.DEFAULT,
                LeaseTiming.DEFAULT,
                Lifetimes.DEFAULT,
                Handover.DEFAULT,
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                SELF_CHECK,
                Duration.ofSeconds(10));
    }

    /** By which the API server calls the Service. */
    String host() {
        return host(service);
    }

    public static String host(NamespacedName service) {
        return service.name() + "." + service.namespace() + ".svc";
    }

    /** All names of the Service, the one that is called first. */
    List<String> hosts() {
        return List.of(
                host(), service.name(), service.name() + "." + service.namespace(), host() + "." + clusterDomain);
    }
}
