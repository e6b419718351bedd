package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.EnforcementTable;
import dev.marchwarden.tenancy.ExceptionEntry;
import org.jspecify.annotations.Nullable;

/**
 * A violation and its enforcement.
 *
 * @param enforcement never {@link Enforcement#OFF}; a violation that {@link #standing} is never more than a warning
 * @param standing whether it was there before the change and was left as it was
 * @param exception of the tenancy that keeps it from denying; null where there is none
 */
public record RuleFinding(
        Violation violation,
        Enforcement enforcement,
        boolean standing,
        @Nullable ExceptionEntry exception) {
    static RuleFinding of(Violation violation, Enforcement configured, boolean standing) {
        return new RuleFinding(violation, standing ? configured.milder(Enforcement.WARN) : configured, standing, null);
    }

    /** What it leads to by other settings than those that it was judged by. */
    public Enforcement level(EnforcementTable settings) {
        Enforcement level = violation.level(settings);
        return standing || exception != null ? level.milder(Enforcement.WARN) : level;
    }

    RuleFinding exempted() {
        return new RuleFinding(violation, Enforcement.AUDIT, standing, exception);
    }

    /** Let through for a time, which its author is told of. */
    RuleFinding admitted(ExceptionEntry entry) {
        String until = "; admitted by an exception of the tenancy until " + entry.end();
        return new RuleFinding(violation.with(until), enforcement.milder(Enforcement.WARN), standing, entry);
    }

    RuleFinding afterException(ExceptionEntry entry) {
        String ended = "; the tenancy's exception for this ended at " + entry.end();
        return new RuleFinding(violation.with(ended), enforcement, standing, null);
    }

    /** The same, with a word on why nobody could be asked for the right that would lift it. */
    RuleFinding unasked(String problem) {
        return violation.requirement() == null
                ? this
                : new RuleFinding(violation.unasked(problem), enforcement, standing, exception);
    }

    public boolean denies() {
        return enforcement == Enforcement.DENY;
    }
}
