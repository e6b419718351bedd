package dev.marchwarden.audit;

import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.UnreadableDocument;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.EnforcementTable;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Judges existing objects by the policy, one by one, and keeps counts and a bounded number of findings. Each object is judged once, as if every default
 * of the tenancy were {@code deny}; what the finding leads to as the tenancy is follows from its settings. Not safe for use by several threads.
 */
public final class Audit {
    private final Tenancy tenancy;
    private final EnforcementTable denying;
    private final Namespaces namespaces;
    private final ManifestCheck check;
    private final AuditLimits limits;
    private final AuditBatch all;
    private long unreadTotal;

    /**
     * @param namespaces those that objects are judged by
     * @param checks makes what judges, for a tenancy that is as strict as can be
     */
    public Audit(Tenancy tenancy, Namespaces namespaces, Function<Tenancy, ManifestCheck> checks, AuditLimits limits) {
        this.tenancy = tenancy;
        Tenancy strict = tenancy.denying();
        this.denying = strict.enforcement();
        this.namespaces = namespaces;
        this.check = checks.apply(strict);
        this.limits = limits;
        this.all = new AuditBatch(this);
    }

    /** For objects that count once they are {@linkplain #add added}: all of them or none. */
    public AuditBatch batch() {
        return new AuditBatch(this);
    }

    public void add(AuditBatch batch) {
        all.addAll(batch);
    }

    /** Judges an object, which counts at once. */
    public void add(Manifest manifest) {
        all.add(manifest);
    }

    public void add(UnreadableDocument document) {
        all.unjudged(new UnjudgedObject(document.file(), document.line(), "", "", document.problem()));
    }

    /**
     * Objects that could not be listed.
     *
     * @param problem why, in one line
     */
    public void addUnread(String problem) {
        UnjudgedObject unread = new UnjudgedObject("", 0, "", "", problem);
        if (!all.unjudged.contains(unread)) {
            all.unjudged(unread);
            unreadTotal++;
        }
    }

    ManifestCheck.Result check(Manifest manifest) {
        return check.check(manifest);
    }

    AuditLimits limits() {
        return limits;
    }

    Enforcement configured(RuleFinding finding) {
        return finding.level(tenancy.enforcement());
    }

    /** Whether it is the namespace of a usergroup's control planes. */
    boolean isSystem(String namespace) {
        return tenancy.systemNamespaceOwner(namespace) != null;
    }

    /** Whose a namespace is; empty for none. */
    String usergroup(String namespace) {
        Usergroup owner = namespaces.usergroupOf(namespace, tenancy);
        return owner == null ? "" : owner.name();
    }

    /** What was found so far. */
    public AuditResult result() {
        SortedMap<String, NamespaceAudit> byName = new TreeMap<>();
        all.namespaces.forEach((name, tally) -> byName.put(
                name,
                new NamespaceAudit(
                        name,
                        usergroup(name),
                        tally.objects,
                        tally.findings.stream().sorted(AuditFinding.ORDER).toList(),
                        tally.total)));
        List<FindingCount> counts = all.counts.entrySet().stream()
                .map(entry -> new FindingCount(
                        entry.getKey().usergroup(),
                        entry.getKey().rule(),
                        entry.getKey().enforcement(),
                        entry.getKey().denied(),
                        entry.getKey().needsRight(),
                        entry.getValue()))
                .sorted(Comparator.comparing(FindingCount::usergroup)
                        .thenComparing(FindingCount::rule)
                        .thenComparing(FindingCount::enforcement)
                        .thenComparing(FindingCount::denied)
                        .thenComparing(FindingCount::needsRight))
                .toList();
        return new AuditResult(
                byName,
                counts,
                tenancy.usergroups().stream().map(this::summary).toList(),
                all.judged,
                all.notLookedAt,
                all.unjudged,
                all.unjudgedTotal,
                unreadTotal);
    }

    private UsergroupAudit summary(Usergroup usergroup) {
        String name = usergroup.name();
        long left = all.concerns.getOrDefault(new AuditBatch.Concern(name, false), 0L);
        long rights = all.concerns.getOrDefault(new AuditBatch.Concern(name, true), 0L);
        boolean denies = Arrays.stream(RuleName.values())
                .allMatch(rule -> tenancy.enforcement().level(rule, Set.of(name)) == denying.level(rule, Set.of(name)));
        return new UsergroupAudit(
                name,
                tenancy.enforcement().blanket(name),
                denies,
                left,
                rights,
                readiness(denies, left, rights, all.unjudgedTotal == 0));
    }

    private static UsergroupAudit.Readiness readiness(boolean denies, long left, long rights, boolean complete) {
        if (denies) {
            return UsergroupAudit.Readiness.DENIES;
        }
        if (left > 0) {
            return UsergroupAudit.Readiness.VIOLATIONS_LEFT;
        }
        if (!complete) {
            return UsergroupAudit.Readiness.UNKNOWN;
        }
        return rights > 0 ? UsergroupAudit.Readiness.RIGHTS_LEFT : UsergroupAudit.Readiness.READY;
    }
}
