package dev.marchwarden.decisionlog;

import dev.marchwarden.decisionlog.Tally.Group;
import dev.marchwarden.policy.Verdict;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One of the answers of a report, as a table.
 *
 * @param name as programs have it
 * @param title as people have it
 * @param nothing what to say where there are no rows
 * @param rows texts, numbers and times, one for each column; a text that does not apply is empty
 * @param byTime whether the latest are the last rows, and not the largest the first
 * @param others decisions that are in no row, because there are too many rows
 */
public record LogSection(
        String name,
        String title,
        String nothing,
        List<String> columns,
        List<List<Object>> rows,
        boolean byTime,
        long others) {
    private static final List<String> VERDICTS = List.of("denied", "warned", "errors", "dryRuns", "first", "last");
    private static final List<String> USES = List.of("uses", "dryRuns", "first", "last");

    /** All of a report, in the order of their importance. */
    public static List<LogSection> of(LogReport report) {
        return List.of(
                verdicts("byUser", "user", report.byUser(), report.byUser().largestFirst(), false),
                verdicts("byRule", "rule", report.byRule(), report.byRule().largestFirst(), false),
                verdicts(
                        "byUsergroup",
                        "usergroup",
                        report.byUsergroup(),
                        report.byUsergroup().largestFirst(),
                        false),
                verdicts("byHour", "hour", report.byHour(), report.byHour().byKey(), true),
                uses(
                        "exemptions",
                        "Exemptions used",
                        "No exemption was used.",
                        List.of("user", "rule", "usergroup", "namespace"),
                        report.exemptions(),
                        use -> List.of(use.user(), use.rule(), use.usergroup(), use.namespace())),
                uses(
                        "exceptions",
                        "Exceptions used",
                        "No exception was used.",
                        List.of("rule", "usergroup", "kind", "namespace", "name", "field", "until", "ticket", "reason"),
                        report.exceptions(),
                        use -> List.of(
                                use.rule(),
                                use.usergroup(),
                                use.kind(),
                                use.namespace(),
                                use.name(),
                                use.field(),
                                use.until(),
                                use.ticket(),
                                use.reason())),
                membership(report));
    }

    /** The columns without counts. */
    List<String> keys() {
        return columns.stream()
                .filter(column -> !VERDICTS.contains(column) && !USES.contains(column))
                .toList();
    }

    private static <K extends Comparable<K>> LogSection verdicts(
            String name, String key, Tally<K> tally, List<Group<K>> groups, boolean byTime) {
        return new LogSection(
                name,
                "Denials, errors and warnings by " + key,
                "No denial, error or warning.",
                joined(List.of(key), VERDICTS),
                groups.stream()
                        .map(group -> joined(
                                List.<Object>of(group.key()),
                                joined(
                                        List.<Object>of(
                                                group.count().of(Verdict.DENIED),
                                                group.count().of(Verdict.WARNED),
                                                group.count().of(Verdict.ERROR)),
                                        last(group.count()))))
                        .toList(),
                byTime,
                tally.others().all());
    }

    private static <K extends Comparable<K>> LogSection uses(
            String name,
            String title,
            String nothing,
            List<String> keys,
            Tally<K> tally,
            Function<K, List<Object>> values) {
        return new LogSection(
                name,
                title,
                nothing,
                joined(keys, USES),
                tally.largestFirst().stream()
                        .map(group -> joined(
                                values.apply(group.key()),
                                joined(List.<Object>of(group.count().all()), last(group.count()))))
                        .toList(),
                false,
                tally.others().all());
    }

    private static List<Object> last(DecisionCount count) {
        return List.of(count.dryRuns(), orEmpty(count.first()), orEmpty(count.last()));
    }

    private static Object orEmpty(@Nullable Object value) {
        return value == null ? "" : value;
    }

    private static LogSection membership(LogReport report) {
        return new LogSection(
                "membership",
                "Namespaces that joined, left or changed their revision",
                "No namespace changed its usergroup or revision.",
                List.of(
                        "time",
                        "namespace",
                        "change",
                        "usergroupBefore",
                        "usergroupAfter",
                        "revisionBefore",
                        "revisionAfter",
                        "user"),
                report.changes().stream()
                        .map(change -> List.of(
                                (Object) change.time(),
                                change.namespace(),
                                change.type().words(),
                                orEmpty(change.usergroupBefore()),
                                orEmpty(change.usergroupAfter()),
                                orEmpty(change.revisionBefore()),
                                orEmpty(change.revisionAfter()),
                                change.user()))
                        .toList(),
                true,
                report.earlierChanges());
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
