package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of a verification.
 *
 * @param proxies of the usergroups, as their pods tell it
 * @param connected the same as istiods tell it; empty where they were not asked
 * @param probes who asked whom; empty where nobody did
 */
public record Report(
        List<Finding> findings, List<ProxyRow> proxies, List<ConnectedProxy> connected, List<Probe> probes) {
    public Report {
        findings = List.copyOf(findings);
        proxies = List.copyOf(proxies);
        connected = List.copyOf(connected);
        probes = List.copyOf(probes);
    }

    Report(List<Finding> findings, List<ProxyRow> proxies) {
        this(findings, proxies, List.of(), List.of());
    }

    public Report with(SyncReport sync) {
        return new Report(joined(sync.findings()), proxies, sync.proxies(), probes);
    }

    public Report with(ConnectivityReport connectivity) {
        return new Report(joined(connectivity.findings()), proxies, connected, connectivity.probes());
    }

    private List<Finding> joined(List<Finding> more) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(more);
        return all;
    }

    public boolean isVerified() {
        return findings.stream().noneMatch(Finding::isError);
    }

    /** What is wrong now that was not wrong before. Only check and subject count: the details may change on their own. */
    public List<Finding> wrongSince(Report before) {
        return findings.stream()
                .filter(finding -> finding.isError() && before.findings.stream().noneMatch(old -> isSame(finding, old)))
                .toList();
    }

    private static boolean isSame(Finding finding, Finding old) {
        return old.isError()
                && old.code().equals(finding.code())
                && old.subject().equals(finding.subject());
    }

    /** How many findings there are of each severity, and what that means, without a full stop. */
    public String describe() {
        return count(Severity.OK) + " ok, " + counted(count(Severity.WARNING), "warning") + ", "
                + counted(count(Severity.ERROR), "error") + ": "
                + (isVerified() ? "the meshes are separate" : "the meshes are not separated as they should be");
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    public long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
