package dev.marchwarden.cli;

import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.reporting.ReportApi;
import dev.marchwarden.reporting.StandingAudit;
import dev.marchwarden.service.AuditPlan;
import dev.marchwarden.service.SecretTlsPlan;
import dev.marchwarden.text.Quoted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of {@code serve} for certificates and what the leader does. */
final class TlsOptions {
    static final class NameConverter implements ITypeConverter<NamespacedName> {
        @Override
        public NamespacedName convert(String value) {
            try {
                return NamespacedName.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    static final class MinutesConverter implements ITypeConverter<Duration> {
        private static final int MAX = 1_440;

        @Override
        public Duration convert(String value) {
            if (value.matches("[0-9]{1,4}")) {
                int minutes = Integer.parseInt(value);
                if (minutes >= 1 && minutes <= MAX) {
                    return Duration.ofMinutes(minutes);
                }
            }
            throw new TypeConversionException("\"" + value + "\" is no time in minutes (expected: 1 to " + MAX + ")");
        }
    }

    /** How audits are reported. */
    enum Reports {
        openreports,
        policyreports,
        none
    }

    @Option(
            names = "--tls-dir",
            paramLabel = "DIR",
            description = "A directory with tls.crt and tls.key, and optionally ca.crt; reloaded when they change.")
    private @Nullable Path directory;

    @Option(
            names = "--tls-secret",
            paramLabel = "NAMESPACE/NAME",
            converter = NameConverter.class,
            description = "A Secret that holds tls.crt, tls.key and ca.crt; watched. Instead of --tls-dir.")
    private @Nullable NamespacedName secret;

    @Option(
            names = "--service",
            paramLabel = "NAMESPACE/NAME",
            converter = NameConverter.class,
            description = "The Service that the API server calls; the certificate must be valid for it.")
    private @Nullable NamespacedName service;

    @Option(
            names = "--issue",
            description = "Issue and renew the certificate in the Secret. Without it, something else has to.")
    private boolean issue;

    @Option(
            names = "--webhooks",
            paramLabel = "NAME",
            description = "Webhook configurations whose caBundle is kept equal to ca.crt of the Secret.")
    private @Nullable String webhooks;

    @Option(
            names = "--twin",
            paramLabel = "CLUSTERROLE",
            description =
                    "Keep the policies of render-twin in the cluster up to date with the tenancy. They belong to this ClusterRole and are deleted with it.")
    private @Nullable String twin;

    @Option(
            names = "--audit",
            paramLabel = "CLUSTERROLE",
            description =
                    "Audit the cluster while this replica leads. Reports belong to this ClusterRole and are deleted"
                            + " with it.")
    private @Nullable String audit;

    @Option(
            names = "--audit-minutes",
            paramLabel = "N",
            defaultValue = "60",
            converter = MinutesConverter.class,
            description = "Minutes from the end of one audit to the next (default: ${DEFAULT-VALUE}).")
    private Duration auditEvery;

    @Option(
            names = "--reports",
            paramLabel = "API",
            defaultValue = "openreports",
            description = "How audits are reported: openreports, policyreports (wgpolicyk8s.io) or none (default:"
                    + " ${DEFAULT-VALUE}).")
    private Reports reports;

    @Option(
            names = "--lease",
            paramLabel = "NAMESPACE/NAME",
            converter = NameConverter.class,
            description = "The Lease that elects the replica that issues and publishes.")
    private @Nullable NamespacedName lease;

    /** The Service, where one was named. */
    Optional<NamespacedName> service() {
        return Optional.ofNullable(service);
    }

    /** The directory to serve from, if it is not a Secret; a wrong combination ends the command. */
    Optional<Path> directory() {
        if (directory != null && secret != null) {
            throw new Failure("--tls-dir and --tls-secret are both given (expected: one of them)");
        }
        if (directory == null && secret == null) {
            throw new Failure("no certificate is given (expected: --tls-dir DIR, or --tls-secret NAMESPACE/NAME)");
        }
        if (secret == null) {
            requireNoneWithout("--tls-secret", issue, webhooks != null, lease != null, twin != null, audit != null);
        }
        return Optional.ofNullable(directory);
    }

    private static void requireNoneWithout(
            String option, boolean issue, boolean webhooks, boolean lease, boolean twin, boolean audit) {
        if (issue || webhooks || lease || twin || audit) {
            String given =
                    issue ? "--issue" : webhooks ? "--webhooks" : lease ? "--lease" : twin ? "--twin" : "--audit";
            throw new Failure(given + " without " + option + " (expected: " + option
                    + " NAMESPACE/NAME beside it, or a directory that somebody else fills)");
        }
    }

    /** @param clusterDomain of the tenancy */
    SecretTlsPlan plan(String clusterDomain) {
        if (secret == null) {
            throw new IllegalStateException("to be served from a directory");
        }
        if (service == null) {
            throw new Failure("--tls-secret without --service"
                    + " (expected: --service NAMESPACE/NAME, for which the certificate must be valid)");
        }
        if (issue && webhooks == null) {
            throw new Failure("--issue without --webhooks"
                    + " (expected: --webhooks NAME, which tells when an authority may be replaced)");
        }
        requireName("--webhooks", webhooks, "configurations");
        requireName("--twin", twin, "ClusterRole");
        if (twin != null && webhooks == null) {
            throw new Failure(
                    "--twin without --webhooks"
                            + " (expected: --webhooks NAME and --lease NAMESPACE/NAME, because the replica that leads keeps the twin)");
        }
        requireName("--audit", audit, "ClusterRole");
        if (audit != null && webhooks == null) {
            throw new Failure(
                    "--audit without --webhooks (expected: --webhooks NAME and --lease NAMESPACE/NAME, because the"
                            + " replica that leads audits)");
        }
        if (webhooks != null && lease == null) {
            throw new Failure((issue ? "--issue" : "--webhooks") + " without --lease"
                    + " (expected: --lease NAMESPACE/NAME, so that only one replica does it)");
        }
        if (webhooks == null && lease != null) {
            throw new Failure("--lease without --issue or --webhooks (expected: one of them too)");
        }
        return new SecretTlsPlan(
                secret, service, issue, webhooks, lease, twin, clusterDomain, SecretTlsPlan.Timings.DEFAULT);
    }

    /** Empty where the cluster is not audited. */
    Optional<AuditPlan> audit() {
        return Optional.ofNullable(audit)
                .map(role -> new AuditPlan(
                        role,
                        StandingAudit.Rhythm.of(auditEvery),
                        switch (reports) {
                            case openreports -> ReportApi.OPENREPORTS;
                            case policyreports -> ReportApi.POLICYREPORTS;
                            case none -> null;
                        }));
    }

    private static void requireName(String option, @Nullable String name, String of) {
        if (name != null && !name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
            throw new Failure(option + " " + Quoted.of(name)
                    + " is no name of an object (expected: as in the metadata of the " + of + ")");
        }
    }
}
