package dev.marchwarden.cluster;

/** What a node or a program says, fit for a line: printable, and not endless. Why it is that something failed is told last, so much is kept. */
final class RemoteText {
    private static final int MAX = 600;

    private RemoteText() {}

    static String of(String said) {
        String line = said.strip().replaceAll("\\s+", " ").replaceAll("[^ -~]", "?");
        return line.length() > MAX ? line.substring(0, MAX) + "..." : line;
    }
}
