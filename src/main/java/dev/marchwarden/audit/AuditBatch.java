package dev.marchwarden.audit;

import dev.marchwarden.audit.ManifestCheck.Result;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was found in some objects: those of one kind, for example, which count together or, when their list has to be read again, not at all. Keeps no object,
 * and a bounded number of findings. Not safe for use by several threads.
 */
public final class AuditBatch {
    /** What counts together. The usergroups that it concerns are few. */
    record Sort(String usergroup, RuleName rule, Enforcement enforcement, boolean denied, boolean needsRight) {}

    /** What a usergroup is concerned by: in its own namespaces, and from elsewhere. */
    record Concern(String usergroup, boolean needsRight) {}

    /** One namespace. */
    static final class Tally {
        long objects;
        long total;
        final List<AuditFinding> findings = new ArrayList<>();
    }

    private final Audit audit;
    final Map<String, Tally> namespaces = new TreeMap<>();
    final Map<Sort, Long> counts = new HashMap<>();
    final Map<Concern, Long> concerns = new HashMap<>();
    final Map<String, Long> judged = new TreeMap<>();
    final Map<String, Long> notLookedAt = new TreeMap<>();
    final List<UnjudgedObject> unjudged = new ArrayList<>();
    long unjudgedTotal;
    private int kept;

    AuditBatch(Audit audit) {
        this.audit = audit;
    }

    /** Judges an object. */
    public void add(Manifest manifest) {
        Result result = audit.check(manifest);
        String kind = Quoted.bare(manifest.kind());
        String namespace = manifest.isNamespace() ? manifest.name() : result.namespace();
        if (!result.problem().isEmpty()) {
            unjudged(new UnjudgedObject(manifest.file(), manifest.line(), namespace, title(result), result.problem()));
            return;
        }
        if (!result.lookedAt()) {
            notLookedAt.merge(kind, 1L, Long::sum);
            return;
        }
        judged.merge(kind, 1L, Long::sum);
        Tally tally = namespaces.computeIfAbsent(namespace, name -> new Tally());
        tally.objects++;
        String owner = audit.usergroup(namespace);
        result.findings().stream()
                .filter(finding -> !isOfWriter(manifest, finding))
                .forEach(finding -> {
                    AuditFinding one = AuditFinding.of(result, finding, audit.configured(finding), namespace, owner);
                    count(one);
                    tally.total++;
                    keep(tally, one);
                });
    }

    /**
     * Control planes and {@code bootstrap} write ConfigMaps all the time that others need a right for, and a system namespace belongs to its usergroup. The
     * object does not tell who wrote it, so that such a finding would be about each of them, in every cluster.
     */
    private boolean isOfWriter(Manifest manifest, RuleFinding finding) {
        if (finding.violation().requirement() == null || !manifest.group().isEmpty()) {
            return false;
        }
        return manifest.kind().equals("ConfigMap") || (manifest.isNamespace() && audit.isSystem(manifest.name()));
    }

    private static String title(Result result) {
        String scope = result.namespace().isEmpty() ? "" : Quoted.bare(result.namespace()) + "/";
        return Quoted.bare(result.manifest().kind()) + " " + scope
                + Quoted.bare(result.manifest().name());
    }

    void unjudged(UnjudgedObject problem) {
        unjudgedTotal++;
        if (unjudged.size() < audit.limits().problems()) {
            unjudged.add(problem);
        }
    }

    private void count(AuditFinding finding) {
        counts.merge(
                new Sort(
                        finding.usergroup(),
                        finding.rule(),
                        finding.enforcement(),
                        finding.denied(),
                        finding.needsRight()),
                1L,
                Long::sum);
        if (finding.denied()) {
            Set<String> usergroups = new TreeSet<>(finding.concerned());
            usergroups.add(finding.usergroup());
            usergroups.forEach(
                    usergroup -> concerns.merge(new Concern(usergroup, finding.needsRight()), 1L, Long::sum));
        }
    }

    private void keep(Tally tally, AuditFinding finding) {
        if (tally.findings.size() < audit.limits().perNamespace()
                && kept < audit.limits().total()) {
            tally.findings.add(finding);
            kept++;
        } else if (finding.denied()) {
            for (int i = tally.findings.size() - 1; i >= 0; i--) {
                if (!tally.findings.get(i).denied()) {
                    tally.findings.set(i, finding);
                    return;
                }
            }
        }
    }

    void addAll(AuditBatch other) {
        other.counts.forEach((sort, count) -> counts.merge(sort, count, Long::sum));
        other.concerns.forEach((concern, count) -> concerns.merge(concern, count, Long::sum));
        other.judged.forEach((kind, count) -> judged.merge(kind, count, Long::sum));
        other.notLookedAt.forEach((kind, count) -> notLookedAt.merge(kind, count, Long::sum));
        other.namespaces.forEach((name, its) -> {
            Tally tally = namespaces.computeIfAbsent(name, none -> new Tally());
            tally.objects += its.objects;
            tally.total += its.total;
            its.findings.forEach(finding -> keep(tally, finding));
        });
        other.unjudged.forEach(this::unjudged);
        unjudgedTotal += other.unjudgedTotal - other.unjudged.size();
    }
}
