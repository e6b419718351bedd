package dev.marchwarden.decisionlog;

import java.util.Comparator;

/**
 * An object that one of the tenancy's exceptions admits. A text that does not apply is empty.
 *
 * @param until when the exception ends
 */
public record ExceptionUse(
        String rule,
        String usergroup,
        String kind,
        String namespace,
        String name,
        String field,
        String until,
        String ticket,
        String reason)
        implements Comparable<ExceptionUse> {
    private static final Comparator<ExceptionUse> ORDER = Comparator.comparing(ExceptionUse::rule)
            .thenComparing(ExceptionUse::usergroup)
            .thenComparing(ExceptionUse::kind)
            .thenComparing(ExceptionUse::namespace)
            .thenComparing(ExceptionUse::name)
            .thenComparing(ExceptionUse::field)
            .thenComparing(ExceptionUse::until)
            .thenComparing(ExceptionUse::ticket)
            .thenComparing(ExceptionUse::reason);

    @Override
    public int compareTo(ExceptionUse other) {
        return ORDER.compare(this, other);
    }
}
