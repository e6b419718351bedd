package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.marchwarden.json.YamlTrees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * YAML of this package's resources, with <code>${names}</code> to be filled in. They are filled in after it was read, in keys and texts: no
 * value can become anything but a text.
 */
final class Template {
    private static final Pattern NAME = Pattern.compile("\\$\\{(\\w+)}");

    private Template() {}

    /** Its one document, which is the caller's to change. */
    static ObjectNode one(String resource, Map<String, String> values) {
        List<ObjectNode> all = all(resource, values);
        if (all.size() != 1) {
            throw new IllegalStateException(resource + " has " + all.size() + " documents");
        }
        return all.getFirst();
    }

    static List<ObjectNode> all(String resource, Map<String, String> values) {
        return raw(resource).stream()
                .map(document -> (ObjectNode) filled(document, values))
                .toList();
    }

    /** Its documents with names that are not filled in yet. */
    static List<JsonNode> raw(String resource) {
        try (InputStream in = Objects.requireNonNull(Template.class.getResourceAsStream(resource), resource);
                MappingIterator<JsonNode> read =
                        YamlTrees.MAPPER.readerFor(JsonNode.class).readValues(in)) {
            return read.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode filled(JsonNode node, Map<String, String> values) {
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(field -> object.set(filled(field.getKey(), values), filled(field.getValue(), values)));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(filled(item, values)));
            return array;
        }
        return node.isTextual() ? TextNode.valueOf(filled(node.asText(), values)) : node;
    }

    private static String filled(String text, Map<String, String> values) {
        return NAME.matcher(text).replaceAll(found -> {
            String value = values.get(found.group(1));
            if (value == null) {
                throw new IllegalStateException("nothing to fill in for " + found.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
