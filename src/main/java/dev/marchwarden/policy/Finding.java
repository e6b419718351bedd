package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Enforcement;

/**
 * A violation and what it leads to.
 *
 * @param enforcement never {@link Enforcement#OFF}; a violation that {@link #standing} is never more than a warning
 * @param standing whether it was there before the change and was left as it was
 */
public record Finding(Violation violation, Enforcement enforcement, boolean standing) {
    static Finding of(Violation violation, Enforcement configured, boolean standing) {
        return new Finding(violation, standing ? configured.milder(Enforcement.WARN) : configured, standing);
    }

    Finding exempted() {
        return new Finding(violation, Enforcement.AUDIT, standing);
    }

    /** The same, with a word on why nobody could be asked for the right that would lift it. */
    Finding unasked(String problem) {
        return violation.requirement() == null ? this : new Finding(violation.unasked(problem), enforcement, standing);
    }

    public boolean denies() {
        return enforcement == Enforcement.DENY;
    }
}
