package dev.marchwarden.manifest;

/** A place in a file that cannot be read, in words for the person who wrote the file. */
public final class SourceException extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;
    private final String expected;

    /**
     * @param line from 1
     * @param found what stands there
     */
    SourceException(int line, String found, String expected) {
        super(found);
        this.line = line;
        this.expected = expected;
    }

    public int line() {
        return line;
    }

    /** What was expected in its place. */
    public String expected() {
        return expected;
    }

    UnreadableDocument in(String file) {
        return new UnreadableDocument(file, line, getMessage() + " (expected: " + expected + ")");
    }
}
