package dev.marchwarden.manifest;

/**
 * A file, or a document of one, that cannot be read.
 *
 * @param file as the user named it, {@code -} for standard input
 * @param line where reading stopped, from 1
 * @param problem what is wrong and what was expected, in one line
 */
public record UnreadableDocument(String file, int line, String problem) {
    /** Place and problem. */
    @Override
    public String toString() {
        return file + ":" + line + ": " + problem;
    }
}
