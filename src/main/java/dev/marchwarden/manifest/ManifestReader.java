package dev.marchwarden.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads the objects of files and directories, in the order in which they stand. */
public final class ManifestReader {
    private static final int MAX_BYTES = SourceParser.MAX_BYTES;

    private static final ObjectMapper TREES = new ObjectMapper();

    private final InputStream standardInput;

    /**
     * @param standardInput what {@code -} stands for
     */
    public ManifestReader(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    /**
     * @param paths files of any name, directories of which the {@code .yaml}, {@code .yml} and {@code .json} files are read, or {@code -}
     */
    public List<Manifest> read(List<Path> paths) throws IOException, InvalidManifestException {
        List<Manifest> manifests = new ArrayList<>();
        for (Path path : paths) {
            if (path.toString().equals("-")) {
                read("-", standardInput.readNBytes(MAX_BYTES), manifests);
            } else if (Files.isDirectory(path)) {
                for (Path file : files(path)) {
                    read(file.toString(), Files.readAllBytes(file), manifests);
                }
            } else if (Files.isReadable(path)) {
                read(path.toString(), Files.readAllBytes(path), manifests);
            } else {
                throw new InvalidManifestException(path + ": no such file or directory, or not readable");
            }
        }
        return manifests;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> {
                        String name = file.getFileName().toString();
                        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
                    })
                    .sorted()
                    .toList();
        }
    }

    /** Adds the objects of one source to those read before. */
    static void read(String file, byte[] content, List<Manifest> manifests)
            throws IOException, InvalidManifestException {
        int line = 1;
        try (JsonParser parser = SourceParser.of(content)) {
            while (parser.nextToken() != null) {
                line = Math.max(1, parser.currentTokenLocation().getLineNr());
                if (isNothing(parser)) {
                    continue; // a document of comments, as helm renders a template that is switched off
                }
                add(file, line, TREES.readTree(parser), manifests);
            }
        } catch (JsonProcessingException e) {
            int where = e.getLocation() == null
                    ? line
                    : Math.max(line, e.getLocation().getLineNr());
            String message = e.getOriginalMessage().lines().findFirst().orElse("not YAML or JSON");
            throw new InvalidManifestException(file + ":" + where + ": " + Quoted.bare(message)
                    + " (expected: Kubernetes objects in YAML or JSON)");
        }
    }

    /** YAML's empty document is null, or a text without characters where something came before it. */
    private static boolean isNothing(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL
                || (parser.currentToken() == JsonToken.VALUE_STRING
                        && parser.getText().isEmpty());
    }

    private static void add(String file, int line, JsonNode object, List<Manifest> manifests)
            throws InvalidManifestException {
        Manifest manifest = new Manifest(file, line, object);
        if (manifest.kind().isEmpty() || manifest.apiVersion().isEmpty()) {
            throw new InvalidManifestException(
                    manifest.place() + ": no apiVersion and kind (expected: a Kubernetes object)");
        }
        if (manifest.kind().endsWith("List") && object.path("items").isArray()) {
            for (JsonNode item : object.path("items")) {
                add(file, line, item, manifests);
            }
        } else {
            manifests.add(manifest);
        }
    }
}
