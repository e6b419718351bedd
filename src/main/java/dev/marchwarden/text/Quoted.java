package dev.marchwarden.text;

/**
 * Makes a foreign value safe to print in a message, a header or a terminal: printable ASCII, bounded, in quotes. Everything a user can put
 * into an object goes through here before it meets a reader, so that no value can break a line or pose as another message.
 */
public final class Quoted {
    /** Longer values are cut; no label value, name or DNS label is longer than 63. */
    private static final int MAX_LENGTH = 80;

    private Quoted() {}

    public static String of(String value) {
        return '"' + bare(value) + '"';
    }

    /** The same without the quotes. */
    public static String bare(String value) {
        return bare(value, MAX_LENGTH);
    }

    /**
     * What somebody else says in whole sentences, without quotes.
     *
     * @param most characters of it
     */
    public static String bare(String value, int most) {
        return printable(value, most, true);
    }

    /**
     * What another program says, on one line, without quotes.
     *
     * @param most characters of it
     */
    public static String line(String said, int most) {
        return printable(said.strip().replaceAll("\\s+", " "), most);
    }

    /**
     * Our own text with foreign parts in it: quotes stay, what is not printable does not.
     *
     * @param most characters of it
     */
    public static String printable(String text, int most) {
        return printable(text, most, false);
    }

    private static String printable(String text, int most, boolean escapesQuotes) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), most) + 4);
        for (int i = 0; i < text.length(); i++) {
            if (i == most) {
                return shown.append("...").toString();
            }
            char c = text.charAt(i);
            if (escapesQuotes && (c == '"' || c == '\\')) {
                shown.append('\\');
            }
            shown.append(c < ' ' || c > '~' ? '?' : c);
        }
        return shown.toString();
    }
}
