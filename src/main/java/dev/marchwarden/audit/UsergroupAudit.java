package dev.marchwarden.audit;

import dev.marchwarden.tenancy.Enforcement;

/**
 * The audit of one usergroup: its findings, and whether it is ready for deny.
 *
 * @param blanket the default of its enforcement
 * @param denying whether every rule is as strict for it as it would be with the default {@code deny}
 * @param left how many findings concern it that would be denied then and that no right permits, wherever the object is
 * @param rights how many would be denied then that a right permits
 */
public record UsergroupAudit(
        String name, Enforcement blanket, boolean denying, long left, long rights, Readiness readiness) {
    /** Whether its default may become {@code deny} without a surprise. */
    public enum Readiness {
        /** It is {@code deny} already. */
        DENIES,
        /** Nothing would be denied. */
        READY,
        /** Only what a right permits is left: its authors have to have that right. */
        RIGHTS_LEFT,
        /** Some objects would be denied. */
        VIOLATIONS_LEFT,
        /** None was found, but not everything was read. */
        UNKNOWN
    }

    /** In words. */
    public String describe() {
        return switch (readiness) {
            case DENIES -> left == 0 ? "denies" : "denies; existing objects stay until they are changed";
            case READY -> "nothing left: switch to deny";
            case RIGHTS_LEFT -> "nothing left but what needs a right: switch to deny once its authors have that right";
            case VIOLATIONS_LEFT -> "fix what is left first";
            case UNKNOWN -> "not known: not everything was read";
        };
    }
}
