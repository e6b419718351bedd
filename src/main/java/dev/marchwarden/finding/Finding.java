package dev.marchwarden.finding;

import dev.marchwarden.text.Quoted;

/**
 * One finding about a cluster. All texts are printable and bounded: much of them comes from the cluster, and no terminal may
 * interpret it.
 *
 * @param code the check, in a word of the documentation; it never changes
 * @param subject what was examined
 * @param place the object and field where the problem is; empty where the subject already says it
 * @param found the actual state
 * @param expected the state that would be right; empty where {@code found} implies it
 * @param why what follows from it; empty where that is obvious
 * @param fix a command or an edit; empty where nothing needs to be done
 */
public record Finding(
        String code,
        Severity severity,
        String subject,
        String place,
        String found,
        String expected,
        String why,
        String fix) {
    private static final int MAX_TEXT = 1_000;

    public Finding {
        subject = Quoted.printable(subject, MAX_TEXT);
        place = Quoted.printable(place, MAX_TEXT);
        found = Quoted.printable(found, MAX_TEXT);
        expected = Quoted.printable(expected, MAX_TEXT);
        why = Quoted.printable(why, MAX_TEXT);
        fix = Quoted.printable(fix, MAX_TEXT);
    }

    public static Finding ok(String code, String subject, String found) {
        return new Finding(code, Severity.OK, subject, "", found, "", "", "");
    }

    public static Finding warning(String code, String subject, String found, String fix) {
        return new Finding(code, Severity.WARNING, subject, "", found, "", "", fix);
    }

    public static Finding error(String code, String subject, String found, String fix) {
        return new Finding(code, Severity.ERROR, subject, "", found, "", "", fix);
    }

    /** The same, in an object or field. */
    public Finding at(String where) {
        return new Finding(code, severity, subject, where, found, expected, why, fix);
    }

    /** The same with its consequence. */
    public Finding because(String reason) {
        return new Finding(code, severity, subject, place, found, expected, reason, fix);
    }

    public boolean isOk() {
        return severity == Severity.OK;
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** All but severity and fix, in one sentence. */
    public String message() {
        return subject + ": " + (place.isEmpty() ? "" : place + ": ") + found
                + (expected.isEmpty() ? "" : ", expected " + expected) + (why.isEmpty() ? "" : ": " + why);
    }

    /** One line: severity, message and fix. */
    @Override
    public String toString() {
        return severity.word() + ": " + message() + (fix.isEmpty() ? "" : ". Fix: " + fix);
    }
}
