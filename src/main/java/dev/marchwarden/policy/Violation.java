package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Quoted;
import dev.marchwarden.tenancy.RuleName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule broken at one place.
 *
 * @param path of the field, for example {@code metadata.labels[istio.io/rev]}
 * @param value what stands there, as the user gave it; null where nothing does
 * @param expected what should stand there
 * @param because what would come of it
 * @param fix a command or an edit that mends it
 * @param evidence all that it rests on, apart from its place: while this stays as it was before a change, the change is not to blame
 * @param concerned names of the usergroups that it touches; the strictest of their enforcement settings holds
 * @param requirement the right that would make it permitted, or null where no right would
 */
public record Violation(
        RuleName rule,
        String path,
        @Nullable String value,
        String expected,
        String because,
        String fix,
        String evidence,
        Set<String> concerned,
        @Nullable Requirement requirement) {
    public Violation {
        concerned = Set.copyOf(concerned);
    }

    /** What is wrong, in one printable line that is bounded whatever the user wrote. */
    public String message() {
        String found = value == null ? "is missing" : "is " + Quoted.of(value);
        return path + " " + found + ", expected " + expected + ": " + because;
    }

    /** Everything about it in one line: rule, place, value, expectation, reason and mend. */
    public String explanation() {
        return rule + ": " + message() + ". Fix: " + fix;
    }

    boolean restsOnTheSameAs(Violation other) {
        return rule == other.rule && path.equals(other.path) && evidence.equals(other.evidence);
    }
}
