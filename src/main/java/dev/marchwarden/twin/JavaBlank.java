package dev.marchwarden.twin;

/** What {@link String#strip} takes away, for regular expressions (RE2): no class of theirs is the same. */
final class JavaBlank {
    private static final String ANY =
            "[\\t-\\r\\x1c- \\x{1680}\\x{2000}-\\x{2006}\\x{2008}-\\x{200a}\\x{2028}\\x{2029}\\x{205f}\\x{3000}]*";

    private JavaBlank() {}

    static String around(String pattern) {
        return ANY + pattern + ANY;
    }
}
