package dev.marchwarden.tenancy;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code spec.exceptions}: violations of one rule by one object that are admitted until a time.
 *
 * @param usergroup that the object's namespace belongs to
 * @param rule whose violations are admitted
 * @param kind of the object, for example {@code PeerAuthentication}, or with its API group {@code Gateway.networking.istio.io}
 * @param namespace of the object; empty for an object that is in none
 * @param name of the object
 * @param field the path that a message names, with or without positions in lists; null for every field of the object
 * @param until the first instant at which it no longer holds
 * @param reason why it was granted
 * @param ticket where that was decided, for example an issue; null where the file names none
 */
public record ExceptionEntry(
        String usergroup,
        RuleName rule,
        String kind,
        String namespace,
        String name,
        @Nullable String field,
        Instant until,
        String reason,
        @Nullable String ticket) {
    /** The one that holds longest first. */
    public static final Comparator<ExceptionEntry> LONGEST_FIRST =
            Comparator.comparing(ExceptionEntry::until).reversed();

    public boolean holdsNow() {
        return holdsAt(Instant.now());
    }

    /** {@link #until} in words. */
    public String end() {
        return until.toString();
    }

    /** Whether it still holds. This is the only place that compares its end with a clock. */
    public boolean holdsAt(Instant now) {
        return now.isBefore(until);
    }
}
