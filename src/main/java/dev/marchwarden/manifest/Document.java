package dev.marchwarden.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** One document of a file, with aliases and merge keys resolved. */
public final class Document {
    private final JsonNode root;
    private final FieldPositions positions;

    Document(JsonNode root, FieldPositions positions) {
        this.root = root;
        this.positions = positions;
    }

    /** All documents of a YAML file. */
    public static List<Document> read(byte[] content) throws SourceException {
        List<Document> documents = new ArrayList<>();
        try (DocumentParser parser = new DocumentParser(ManifestText.decode(content), false, 0)) {
            for (Document document = parser.next(); document != null; document = parser.next()) {
                documents.add(document);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot be read", e);
        }
        return documents;
    }

    public JsonNode root() {
        return root;
    }

    /** Where the document begins. */
    public Position position() {
        return positions.root();
    }

    /**
     * Where a value stands, or what comes closest above it where there is none.
     *
     * @param path for example {@code spec.hosts[0]}
     */
    public Position position(String path) {
        return positions.find(root, path);
    }

    FieldPositions positions() {
        return positions;
    }
}
