package dev.marchwarden.audit;

import dev.marchwarden.tenancy.Enforcement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The result of judging a cluster, or files, by the policy.
 *
 * @param namespaces by their names; those objects that are in none are under the empty name
 * @param counts of all findings, those included that are not listed
 * @param usergroups in the order of the tenancy; how each stands
 * @param judged how many objects of each kind
 * @param notLookedAt how many objects there are of each kind that no rule looks at
 * @param unjudged what could not be read or judged; the first of them
 * @param unjudgedTotal how many there are of those
 * @param unread how many of those are kinds that could not be listed, of whose objects nothing is known
 */
public record AuditResult(
        SortedMap<String, NamespaceAudit> namespaces,
        List<FindingCount> counts,
        List<UsergroupAudit> usergroups,
        Map<String, Long> judged,
        Map<String, Long> notLookedAt,
        List<UnjudgedObject> unjudged,
        long unjudgedTotal,
        long unread) {
    public AuditResult {
        namespaces = Collections.unmodifiableSortedMap(new TreeMap<>(namespaces));
        counts = List.copyOf(counts);
        usergroups = List.copyOf(usergroups);
        judged = Collections.unmodifiableMap(new TreeMap<>(judged));
        notLookedAt = Collections.unmodifiableMap(new TreeMap<>(notLookedAt));
        unjudged = List.copyOf(unjudged);
    }

    /** Whether everything could be read and judged. If not, nothing is known of the rest. */
    public boolean isComplete() {
        return unjudgedTotal == 0;
    }

    /** Whether every object was read, and each that could not be judged is among those that are listed. */
    public boolean isReadWhole() {
        return unread == 0 && unjudgedTotal == unjudged.size();
    }

    /** How many objects were judged. */
    public long objects() {
        return judged.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Those that are listed, the strictest first. */
    public List<AuditFinding> findings() {
        return namespaces.values().stream()
                .flatMap(namespace -> namespace.findings().stream())
                .sorted(AuditFinding.ORDER)
                .toList();
    }

    /** How many findings there are, those included that are not listed. */
    public long total() {
        return counts.stream().mapToLong(FindingCount::count).sum();
    }

    /** For people, in one line. */
    public String describe() {
        StringBuilder counted = new StringBuilder();
        for (Enforcement enforcement :
                List.of(Enforcement.DENY, Enforcement.WARN, Enforcement.AUDIT, Enforcement.OFF)) {
            long count = counts.stream()
                    .filter(each -> !each.needsRight() && each.enforcement() == enforcement)
                    .mapToLong(FindingCount::count)
                    .sum();
            counted.append(count).append(' ').append(enforcement.spelling()).append(", ");
        }
        long rights = counts.stream()
                .filter(FindingCount::needsRight)
                .mapToLong(FindingCount::count)
                .sum();
        return objects() + (objects() == 1 ? " object" : " objects") + " judged in "
                + namespaces.keySet().stream().filter(name -> !name.isEmpty()).count()
                + " namespaces; findings by enforcement: "
                + counted + "and " + rights + " that need a right; " + unjudgedTotal + " not read or judged";
    }

    /** Of the findings. */
    public long unlisted() {
        return namespaces.values().stream().mapToLong(NamespaceAudit::unlisted).sum();
    }
}
