package dev.marchwarden.verification;

/**
 * One finding of the report.
 *
 * @param check what was looked at, in a word of docs/verification.md
 * @param subject of what
 * @param found how it is
 * @param fix what to do; empty where there is nothing to do
 */
public record Line(String check, String subject, State state, String found, String fix) {
    private static final int MAX_TEXT = 1_000;

    /** Much of it is from the cluster: no terminal is to obey it. */
    public Line {
        subject = shown(subject);
        found = shown(found);
        fix = shown(fix);
    }

    private static String shown(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.length() > MAX_TEXT ? printable.substring(0, MAX_TEXT) + "..." : printable;
    }

    /** How something is. */
    public enum State {
        GREEN,
        /** Not wrong, but somebody should know. */
        YELLOW,
        /** Wrong, or not to be told: what is not known is never taken for right. */
        RED
    }

    public static Line green(String check, String subject, String found) {
        return new Line(check, subject, State.GREEN, found, "");
    }

    public static Line yellow(String check, String subject, String found, String fix) {
        return new Line(check, subject, State.YELLOW, found, fix);
    }

    public static Line red(String check, String subject, String found, String fix) {
        return new Line(check, subject, State.RED, found, fix);
    }

    boolean isAsWrongAs(Line other) {
        return isRed() && other.isRed() && check.equals(other.check) && subject.equals(other.subject);
    }

    public boolean isRed() {
        return state == State.RED;
    }
}
