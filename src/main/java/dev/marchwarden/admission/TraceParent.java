package dev.marchwarden.admission;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a request stands in a distributed trace: the header {@code traceparent} of W3C Trace Context, which an API server sends to its
 * webhooks when it traces. Nothing is decided by it.
 *
 * @param value version, trace id, parent id and flags, in printable ASCII
 */
public record TraceParent(String value) {
    /** Its name, in lower case. */
    public static final String HEADER = "traceparent";

    /** Without what a later version of the format may append after another hyphen. */
    private static final int LENGTH = 55;

    /** Version ff, and ids of zeros alone, are invalid. */
    private static final Pattern FORMAT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    public TraceParent {
        if (!FORMAT.matcher(value).matches()) {
            throw new IllegalArgumentException("not a traceparent (expected: as W3C Trace Context has it)");
        }
    }

    /**
     * Empty where the header is absent, repeated or not in the format.
     *
     * @param values of the header, as they were sent
     */
    public static Optional<TraceParent> of(List<String> values) {
        return values.size() == 1 ? of(values.getFirst().strip()) : Optional.empty();
    }

    private static Optional<TraceParent> of(String sent) {
        boolean extended = sent.length() > LENGTH && sent.charAt(LENGTH) == '-' && !sent.startsWith("00");
        String known = extended ? sent.substring(0, LENGTH) : sent;
        return FORMAT.matcher(known).matches() ? Optional.of(new TraceParent(known)) : Optional.empty();
    }
}
