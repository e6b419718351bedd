package dev.marchwarden.policy;

import dev.marchwarden.tenancy.ExceptionEntry;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tenancy's exceptions that one object may rest on, at the time of one decision. */
final class Exceptions {
    private final List<ExceptionEntry> ofObject;
    private final Predicate<ExceptionEntry> holds;

    private Exceptions(List<ExceptionEntry> ofObject, Predicate<ExceptionEntry> holds) {
        this.ofObject = ofObject;
        this.holds = holds;
    }

    /** Of an object without a name there are none: an exception is for one object. */
    static Exceptions of(
            ObjectChange change, Boundary boundary, List<ExceptionEntry> all, Predicate<ExceptionEntry> holds) {
        Usergroup usergroup = boundary.usergroup();
        if (all.isEmpty() || usergroup == null || change.name().isEmpty()) {
            return new Exceptions(List.of(), holds);
        }
        return new Exceptions(
                all.stream()
                        .filter(entry -> entry.usergroup().equals(usergroup.name())
                                && entry.name().equals(change.name())
                                && entry.namespace().equals(change.namespace())
                                && isKind(entry.kind(), change))
                        .sorted(ExceptionEntry.LONGEST_FIRST)
                        .toList(),
                holds);
    }

    /** {@code KIND} or {@code KIND.GROUP}. */
    private static boolean isKind(String kind, ObjectChange change) {
        return kind.equals(change.kind()) || kind.equals(change.kind() + "." + change.group());
    }

    /** The finding as the exceptions leave it: admitted with a warning, or denied with a word on the one that has ended. */
    RuleFinding apply(RuleFinding finding) {
        ExceptionEntry entry = covering(finding.violation());
        if (entry == null || !finding.denies()) {
            return finding;
        }
        return holds.test(entry) ? finding.admitted(entry) : finding.afterException(entry);
    }

    /** The one that lasts longest. */
    private @Nullable ExceptionEntry covering(Violation violation) {
        return ofObject.stream()
                .filter(entry -> entry.rule() == violation.rule() && covers(entry.field(), violation))
                .findFirst()
                .orElse(null);
    }

    private static boolean covers(@Nullable String field, Violation violation) {
        return field == null || field.equals(violation.path()) || field.equals(violation.place());
    }
}
