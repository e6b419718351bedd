package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.manifest.Document;
import dev.marchwarden.manifest.SourceException;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Values for the istiod chart out of a file of the user's, which knows the line of each. */
public final class ExtraValues {
    private static final int MAX_BYTES = 1 << 20;

    private final String file;
    private final Document document;
    private final ObjectNode values;

    private ExtraValues(String file, Document document, ObjectNode values) {
        this.file = file;
        this.document = document;
        this.values = values;
    }

    /** Throws {@link IOException} with a line for people where there is no map in the file, or more than one. */
    public static ExtraValues read(Path file) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read (expected: a file that exists and is readable)", e);
        }
        if (content.length > MAX_BYTES) {
            throw new IOException(file + ": " + content.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        List<Document> documents;
        try {
            documents = Document.read(content);
        } catch (SourceException e) {
            throw new IOException(
                    file + ":" + e.line() + ": " + e.getMessage() + " (expected: values of the istiod chart)", e);
        }
        if (documents.isEmpty() || !(documents.getFirst().root() instanceof ObjectNode map)) {
            throw new IOException(file + ":1: no map (expected: values of the istiod chart)");
        }
        if (documents.size() > 1) {
            throw new IOException(file + ":" + documents.get(1).position().line()
                    + ": a second document (expected: one, of values of the istiod chart)");
        }
        return new ExtraValues(file.toString(), documents.getFirst(), map);
    }

    ObjectNode values() {
        return values;
    }

    /** Whether a value, or one that it would be part of, stands in this file. */
    boolean speaksOf(JsonPointer path) {
        return line(path) > 0;
    }

    /** File and line of a value, or of the one that it would be part of. */
    String place(JsonPointer path) {
        return file + ":" + Math.max(1, line(path));
    }

    private int line(JsonPointer path) {
        JsonPointer at = path;
        while (at != null && !at.matches()) {
            boolean exists = !values.at(at).isMissingNode();
            if (exists && (at.equals(path) || !values.at(at).isObject())) {
                return document.position(fieldPath(at)).line();
            }
            at = at.head();
        }
        return 0;
    }

    private static String fieldPath(JsonPointer pointer) {
        StringBuilder path = new StringBuilder();
        for (JsonPointer at = pointer; !at.matches(); at = at.tail()) {
            path.append('[').append(Quoted.bare(at.getMatchingProperty())).append(']');
        }
        return path.toString();
    }
}
