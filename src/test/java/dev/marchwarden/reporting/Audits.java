package dev.marchwarden.reporting;

import dev.marchwarden.audit.AuditFinding;
import dev.marchwarden.audit.AuditResult;
import dev.marchwarden.audit.FindingCount;
import dev.marchwarden.audit.NamespaceAudit;
import dev.marchwarden.audit.UnjudgedObject;
import dev.marchwarden.audit.UsergroupAudit;
import dev.marchwarden.audit.UsergroupAudit.Readiness;
import dev.marchwarden.manifest.Position;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What audits may have found. */
final class Audits {
    private final SortedMap<String, NamespaceAudit> namespaces = new TreeMap<>();
    private final List<FindingCount> counts = new ArrayList<>();
    private final List<UnjudgedObject> unjudged = new ArrayList<>();
    private long unread;

    static AuditFinding finding(String namespace, String name) {
        return finding(namespace, name, Enforcement.DENY, "", false);
    }

    static AuditFinding finding(
            String namespace, String name, Enforcement enforcement, String right, boolean admitted) {
        return new AuditFinding(
                RuleName.HOST_CLAIM,
                enforcement,
                true,
                admitted,
                "red",
                Set.of("blue"),
                "networking.istio.io/v1",
                "VirtualService",
                namespace,
                name,
                "uid-of-" + name,
                "spec.hosts[0]",
                "spec.hosts[0]: \"pay\" belongs to another usergroup",
                "take it away",
                right,
                "",
                "",
                new Position(1, 1));
    }

    Audits with(String namespace, AuditFinding... findings) {
        return with(namespace, findings.length, findings);
    }

    Audits with(String namespace, long total, AuditFinding... findings) {
        namespaces.put(namespace, new NamespaceAudit(namespace, "red", 7, List.of(findings), total));
        for (AuditFinding finding : findings) {
            counts.add(new FindingCount(
                    finding.usergroup(), finding.rule(), finding.enforcement(), true, finding.needsRight(), 1));
        }
        return this;
    }

    Audits unread(String problem) {
        unread++;
        unjudged.add(new UnjudgedObject("", 0, "", "", problem));
        return this;
    }

    Audits unjudged(String namespace, String subject) {
        unjudged.add(new UnjudgedObject("", 0, namespace, subject, "it is too large"));
        return this;
    }

    AuditResult result() {
        boolean left = !counts.isEmpty();
        return new AuditResult(
                namespaces,
                counts,
                List.of(new UsergroupAudit(
                        "red",
                        Enforcement.DENY,
                        true,
                        left ? 1 : 0,
                        0,
                        left ? Readiness.VIOLATIONS_LEFT : Readiness.DENIES)),
                Map.of("VirtualService", 7L),
                Map.of(),
                unjudged,
                unjudged.size(),
                unread);
    }
}
