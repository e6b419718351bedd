package dev.marchwarden.reachability.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.manifest.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * An object, or a part of one, with the path by which a chain names it.
 *
 * @param namespace of the object; empty where it is in none
 * @param path as violations have it; empty for the whole object
 * @param node missing where there is no such part
 */
public record Part(Manifest manifest, String namespace, String path, JsonNode node) {
    private static final String EACH = "[]";

    /** @param steps field names with dots between; of none the part itself */
    public Part at(String steps) {
        if (steps.isEmpty()) {
            return this;
        }
        JsonNode at = node;
        int start = 0;
        for (int dot = steps.indexOf('.'); dot >= 0; dot = steps.indexOf('.', start)) {
            at = at.path(steps.substring(start, dot));
            start = dot + 1;
        }
        return new Part(manifest, namespace, joined(steps), at.path(steps.substring(start)));
    }

    /** All that are there of a path in which {@code []} is each item of a list, as {@code spec.listeners[].hostname}. */
    public List<Part> each(String steps) {
        int list = steps.indexOf(EACH);
        if (list < 0) {
            Part part = at(steps);
            return part.isMissing() ? List.of() : List.of(part);
        }
        Part items = at(steps.substring(0, list));
        String rest = steps.substring(Math.min(steps.length(), list + EACH.length() + 1));
        List<Part> parts = new ArrayList<>();
        for (int i = 0; items.node.isArray() && i < items.node.size(); i++) {
            Part item = new Part(manifest, namespace, items.path + "[" + i + "]", items.node.get(i));
            if (rest.isEmpty()) {
                parts.add(item);
            } else {
                parts.addAll(item.each(rest));
            }
        }
        return parts;
    }

    /** What a map has under some key; keys may have dots. */
    public Part entry(String map, String key) {
        Part part = at(map);
        return new Part(manifest, namespace, part.path + "[" + key + "]", part.node.path(key));
    }

    /** All entries of a map. */
    public List<Part> entries(String map) {
        List<Part> parts = new ArrayList<>();
        at(map).node.fieldNames().forEachRemaining(key -> parts.add(entry(map, key)));
        return parts;
    }

    /** Empty where there is none. */
    public String text() {
        return node.asText();
    }

    public String text(String steps) {
        return at(steps).text();
    }

    /** The texts of {@link #each}, without space around them. */
    public List<String> texts(String steps) {
        return each(steps).stream().map(part -> part.text().strip()).toList();
    }

    /** Of an entry of a map, under what. */
    public String key() {
        return path.substring(path.lastIndexOf('[') + 1, path.length() - 1);
    }

    public boolean isMissing() {
        return node.isMissingNode() || node.isNull();
    }

    /** Neither item nor field; also where it is missing. */
    public boolean isEmpty() {
        return node.isEmpty();
    }

    public ChainLink link() {
        return link(text());
    }

    /** @param value what to say of it instead of its text */
    public ChainLink link(String value) {
        return ChainLink.of(manifest, namespace, path, value);
    }

    private String joined(String steps) {
        return path.isEmpty() ? steps : path + "." + steps;
    }
}
