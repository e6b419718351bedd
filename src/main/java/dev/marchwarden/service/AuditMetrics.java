package dev.marchwarden.service;

import dev.marchwarden.reporting.StandingAudit;
import dev.marchwarden.reporting.StandingAudit.Sort;
import dev.marchwarden.server.Metrics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What Prometheus is told of audits by the replica that leads. */
final class AuditMetrics {
    private AuditMetrics() {}

    static void register(Metrics metrics, StandingAudit audit) {
        metrics.gauges(
                "marchwarden.audit.violations",
                "Violations in the cluster that no right permits, found by the last audit",
                () -> audit.last().violations().entrySet().stream()
                        .collect(Collectors.toMap(each -> labels(each.getKey()), Map.Entry::getValue)));
        metrics.gauge(
                "marchwarden.audit.last.timestamp.seconds",
                "When this replica last read everything for an audit; 0 for never",
                () -> {
                    Instant ended = audit.last().ended();
                    return ended == null ? 0 : ended.getEpochSecond();
                });
        metrics.gauge(
                "marchwarden.audit.duration.seconds",
                "How long the last audit of this replica took",
                () -> audit.last().took().toMillis() / 1e3);
        metrics.gauge(
                "marchwarden.audit.objects",
                "Objects that the last audit of this replica judged",
                () -> audit.last().objects());
        metrics.gauge(
                "marchwarden.audit.incomplete",
                "Objects and kinds that the last audit of this replica could not read or judge",
                () -> audit.last().unjudged());
        metrics.gauge(
                "marchwarden.audit.reports.behind",
                "1 while this replica leads and the last reports could not all be written",
                () -> audit.isBehind() ? 1 : 0);
    }

    private static List<String> labels(Sort sort) {
        return List.of(
                "usergroup",
                sort.usergroup().isEmpty() ? "none" : sort.usergroup(),
                "rule",
                sort.rule().spelling(),
                "enforcement",
                sort.enforcement().spelling());
    }
}
