package dev.marchwarden.audit;

import java.util.List;

/**
 * What was found in one namespace, its own labels included.
 *
 * @param name empty for objects that are in none
 * @param usergroup empty for none
 * @param objects how many were judged
 * @param findings the first of them, the strictest first
 * @param total of all findings, those included that are not listed
 */
public record NamespaceAudit(String name, String usergroup, long objects, List<AuditFinding> findings, long total) {
    public NamespaceAudit {
        findings = List.copyOf(findings);
    }

    /** How many are not listed. */
    public long unlisted() {
        return total - findings.size();
    }
}
