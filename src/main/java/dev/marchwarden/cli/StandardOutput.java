package dev.marchwarden.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Standard output of the process. It remembers whether its reader has ended, as {@code head} does after a few lines. */
final class StandardOutput extends OutputStream {
    /** What Linux and macOS call EPIPE, and with them the JDK. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final OutputStream out;
    private boolean noReader;

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            noReader |= BROKEN_PIPE.equals(e.getMessage());
            throw e;
        }
    }

    boolean hasNoReader() {
        return noReader;
    }
}
