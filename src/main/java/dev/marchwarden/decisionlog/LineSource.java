package dev.marchwarden.decisionlog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, in bounded memory however long one is. */
final class LineSource {
    /** In bytes. A decision line has some hundreds, and at most some ten thousand. */
    static final int MAX_LINE = 1 << 20;

    private static final int BUFFER = 64 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int end;

    LineSource(InputStream in) {
        this.in = in;
    }

    /**
     * @param cut whether the line is longer than {@link #MAX_LINE}, and the rest of it left out
     */
    record Line(String text, boolean cut) {}

    /** The next one without its line break; null at the end. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 10);
        boolean begun = false;
        boolean cut = false;
        while (position < end || fill()) {
            begun = true;
            int stop = position;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            int kept = Math.min(stop - position, MAX_LINE - line.size());
            line.write(buffer, position, kept);
            cut |= kept < stop - position;
            position = stop;
            if (stop < end) {
                position++;
                break;
            }
        }
        return begun ? new Line(withoutReturn(line.toString(StandardCharsets.UTF_8)), cut) : null;
    }

    private static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private boolean fill() throws IOException {
        position = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }
}
