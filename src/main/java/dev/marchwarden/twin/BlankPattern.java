package dev.marchwarden.twin;

/** A regular expression (RE2) for the characters that {@link String#strip} removes: no class of theirs is the same. */
final class BlankPattern {
    private static final String ANY =
            "[\\t-\\r\\x1c- \\x{1680}\\x{2000}-\\x{2006}\\x{2008}-\\x{200a}\\x{2028}\\x{2029}\\x{205f}\\x{3000}]*";

    private BlankPattern() {}

    static String around(String pattern) {
        return ANY + pattern + ANY;
    }
}
