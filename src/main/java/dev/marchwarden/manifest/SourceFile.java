package dev.marchwarden.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** The text of one file, from which its objects are read. */
final class SourceFile {
    /** What an object cannot do without; written with an escape it may be anything. */
    private static final Pattern OBJECT = Pattern.compile("apiVersion|\\bkind\\b[\"']?\\s*:|\\\\[xuU]");

    private final String file;
    private final String text;
    private final boolean named;
    private final ManifestFiles.Builder files;

    /**
     * @param named whether the user named this very file, and not a directory that it was found in
     */
    SourceFile(String file, String text, boolean named, ManifestFiles.Builder files) {
        this.file = file;
        this.text = text;
        this.named = named;
        this.files = files;
    }

    void read() {
        try {
            if (!looksLikeJson()) {
                yaml();
                return;
            }
            ManifestFiles.Builder json = new ManifestFiles.Builder();
            try {
                documents(new DocumentParser(text, true, 0), json);
            } catch (SourceException e) {
                if (file.endsWith(".json")) {
                    unreadable(explained(e, 1).in(file), text, json);
                } else {
                    yaml(); // YAML may begin with a brace too
                    return;
                }
            }
            files.manifests.addAll(json.manifests);
            files.unreadable.addAll(json.unreadable);
            files.skipped.addAll(json.skipped);
            files.others.addAll(json.others);
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory cannot be read", e);
        }
    }

    private boolean looksLikeJson() {
        String start = text.substring(0, Math.min(text.length(), 1_000)).stripLeading();
        return (start.startsWith("{") && !start.startsWith("{{")) || (start.startsWith("[") && file.endsWith(".json"));
    }

    /** Where a document cannot be read, goes on with the next one. */
    private void yaml() throws IOException {
        int from = 0;
        int lines = 0;
        while (from >= 0) {
            DocumentParser parser = new DocumentParser(text.substring(from), false, lines);
            try {
                documents(parser, files);
                return;
            } catch (SourceException e) {
                int start = Math.min(parser.documentLine(), e.line());
                int next = nextDocument(from, start - lines);
                int begin = Math.max(from, text.lastIndexOf("\n---", lineStart(from, e.line() - lines - 1) - 1));
                String document = text.substring(begin, next < begin ? text.length() : next);
                unreadable(explained(e, start).in(file), document, files);
                lines += next < 0
                        ? 0
                        : (int) text.substring(from, next)
                                .chars()
                                .filter(c -> c == '\n')
                                .count();
                from = next;
            }
        }
    }

    /**
     * In directories there is much that is no manifest, and in dialects of its own, such as JSON with comments.
     *
     * @param document the text up to where reading can go on
     */
    private void unreadable(UnreadableDocument problem, String document, ManifestFiles.Builder into) {
        if (!named && !document.contains("{{") && !OBJECT.matcher(document).find()) {
            into.skipped.add(problem.file() + ":" + problem.line());
        } else if (!into.unreadable.contains(problem)) { // where it does not say which document it is in
            into.unreadable.add(problem);
        }
    }

    /**
     * Where the document begins that comes after a line.
     *
     * @param from where counting begins
     * @param line from 1, counted from there
     * @return negative where there is none
     */
    private int nextDocument(int from, int line) {
        int at = lineStart(from, line);
        if (at < 0 || text.startsWith("---", at)) {
            return at;
        }
        int next = text.indexOf("\n---", at);
        return next < 0 ? -1 : next + 1;
    }

    /** Where the line begins that comes so many lines after a place; negative where there is none. */
    private int lineStart(int from, int lines) {
        int at = from;
        for (int i = 0; i < lines && at >= 0; i++) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? -1 : end + 1;
        }
        return at;
    }

    /** What a template engine has yet to fill in is the most frequent reason. */
    private SourceException explained(SourceException e, int start) {
        boolean template =
                text.lines().skip(start - 1L).limit(e.line() - start + 1L).anyMatch(line -> line.contains("{{"));
        return template
                ? new SourceException(
                        e.line(),
                        "a template with {{ }}",
                        "rendered manifests, for example from `helm template " + chart() + " | marchwarden check -f -`")
                : e;
    }

    private String chart() {
        Path chart = HelmChart.of(Path.of(file));
        return chart == null ? "CHART" : Quoted.bare(chart.toString());
    }

    private void documents(DocumentParser parser, ManifestFiles.Builder into) throws IOException, SourceException {
        try (parser) {
            for (Document document = parser.next(); document != null; document = parser.next()) {
                // A document of comments is what Helm renders a template to that is switched off.
                if (!document.root().isNull()) {
                    add(document.root(), document.positions(), into);
                }
            }
        }
    }

    private void add(JsonNode object, FieldPositions positions, ManifestFiles.Builder into) {
        int line = positions.root().line();
        Manifest manifest = new Manifest(file, line, object, positions);
        if (!object.path("kind").isTextual()
                || !object.path("apiVersion").isTextual()
                || manifest.kind().isEmpty()
                || manifest.apiVersion().isEmpty()
                || object.has("$patch")) { // what kustomize does to an object of this name
            into.skipped.add(manifest.place());
            if (!object.isObject()) {
                into.others.add(new UnreadableDocument(
                        file,
                        line,
                        (object.isArray() ? "a list" : "a single value")
                                + " (expected: a Kubernetes object, with apiVersion and kind)"));
            }
        } else if (isList(manifest) && !object.path("items").isArray()) {
            if (!object.path("items").isNull() && object.has("items")) {
                into.unreadable.add(new UnreadableDocument(
                        file,
                        manifest.position("items").line(),
                        "items of a List that are no list (expected: a list of objects)"));
            }
        } else if (manifest.kind().endsWith("List") && object.path("items").isArray()) {
            int at = indexOf("items", object) + 1;
            for (JsonNode item : object.path("items")) {
                add(typed(item, manifest), positions.from(at), into);
                at += FieldPositions.size(item);
            }
        } else {
            into.manifests.add(manifest);
        }
    }

    /** The list of objects of any kind; of other kinds that end so, one that has items. API servers write an empty list as null. */
    private static boolean isList(Manifest manifest) {
        return (manifest.kind().equals("List") && manifest.apiVersion().equals("v1"))
                || (manifest.kind().endsWith("List")
                        && manifest.object().has("items")
                        && manifest.object().path("items").isNull());
    }

    /** The items of a list as an API server sends it have no kind of their own: they are what the list is a list of. */
    private static JsonNode typed(JsonNode item, Manifest list) {
        String kind = list.kind().substring(0, list.kind().length() - "List".length());
        if (kind.isEmpty() || !(item instanceof ObjectNode object) || object.has("kind") || object.has("apiVersion")) {
            return item;
        }
        ObjectNode typed = object.objectNode();
        typed.setAll(object);
        return typed.put("apiVersion", list.apiVersion()).put("kind", kind);
    }

    private static int indexOf(String name, JsonNode object) {
        int at = 1;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getKey().equals(name)) {
                return at;
            }
            at += FieldPositions.size(field.getValue());
        }
        throw new IllegalArgumentException("no field " + name);
    }
}
