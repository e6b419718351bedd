package dev.marchwarden.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * {@code values.schema.json}: the sections of {@code values.yaml}, types that these refer to, and for the values that are the tenancy's, the schema
 * of the tenancy file. No object in it is open unless {@code values.yaml} or the type says so.
 */
final class ValuesSchema {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String REF = "$ref";

    private static final Map<JsonNodeType, String> TYPES = Map.of(
            JsonNodeType.STRING, "string",
            JsonNodeType.NUMBER, "integer",
            JsonNodeType.BOOLEAN, "boolean",
            JsonNodeType.ARRAY, "array",
            JsonNodeType.OBJECT, "object");

    private final JsonNode tenancy;
    private final JsonNode types;
    private final Set<String> used = new TreeSet<>();

    /** @param tenancy the schema of the tenancy file, with references to {@code $defs} */
    ValuesSchema(JsonNode tenancy, JsonNode types) {
        this.tenancy = Chart.parse(tenancy.toString().replace("#/$defs/", "#/definitions/"));
        this.types = types;
        check(
                names(types).stream().noneMatch(this.tenancy.path("$defs")::has),
                "types.yaml has a type of the tenancy's schema (expected: another name)");
    }

    /** The values that the schema of the tenancy file describes. */
    static Set<String> tenancyKeys(JsonNode tenancy) {
        return names(tenancy.at("/properties/spec/properties"));
    }

    ObjectNode of(List<ValuesSection> sections) {
        ObjectNode schema = NODES.objectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "Values of the chart marchwarden");
        schema.put("$comment", "Generated from values.yaml and from the schema of the tenancy file. Do not edit.");
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        properties
                .putObject("global")
                .put("type", "object")
                .put(
                        "description",
                        "Values that a parent chart shares with all its parts. This chart reads none of them.");
        List<ChartValue> values =
                sections.stream().flatMap(section -> section.values().stream()).toList();
        values.forEach(value -> properties.set(value.name(), of(value)));
        Set<String> missing = tenancyKeys(tenancy);
        missing.removeAll(names(properties));
        check(missing.isEmpty(), "values.yaml lacks " + missing + " (expected: every key of the tenancy file's spec)");
        ObjectNode definitions = schema.putObject("definitions");
        tenancy.path("$defs").properties().forEach(type -> definitions.set(type.getKey(), type.getValue()));
        types.properties().forEach(type -> definitions.set(type.getKey(), resolved(type.getValue())));
        Set<String> unused = names(types);
        unused.removeAll(used);
        check(unused.isEmpty(), "types.yaml has " + unused + ", which nothing refers to");
        return schema;
    }

    private ObjectNode of(ChartValue value) {
        ObjectNode schema = NODES.objectNode();
        if (!value.isWhole()) {
            schema.put("type", "object");
            if (!value.description().isEmpty()) {
                schema.put("description", value.description());
            }
            schema.put("additionalProperties", false);
            ObjectNode properties = schema.putObject("properties");
            value.parts().forEach(part -> properties.set(part.name(), of(part)));
            return schema;
        }
        JsonNode ofTenancy = tenancy.at("/properties/spec/properties").path(value.path());
        schema.setAll(ofTenancy.isObject() ? ofTenancy(value, (ObjectNode) ofTenancy) : ofKeywords(value));
        schema.put("description", value.description());
        schema.set("default", value.given());
        return schema;
    }

    /** An empty list that is the default is left out of the tenancy file, which refuses it. */
    private static ObjectNode ofTenancy(ChartValue value, ObjectNode schema) {
        ObjectNode own = schema.deepCopy();
        if (value.given().isArray() && value.given().isEmpty()) {
            own.remove("minItems");
        }
        return own;
    }

    private ObjectNode ofKeywords(ChartValue value) {
        ObjectNode schema = NODES.objectNode();
        ObjectNode keywords = value.keywords();
        String type = TYPES.get(value.given().getNodeType());
        boolean hasType = keywords.has("type") || keywords.has("enum") || keywords.has(REF);
        check(
                hasType || type != null,
                value.path() + " is null (expected: a default that has a type, or a type after @schema)");
        if (!hasType) {
            schema.put("type", type);
        }
        schema.setAll((ObjectNode) resolved(keywords));
        check(
                !schema.path("type").asText().equals("array") || schema.has("items"),
                value.path() + " says nothing of its items (expected: items after @schema)");
        check(
                !schema.path("type").asText().equals("object") || schema.has("additionalProperties"),
                value.path() + " says nothing of its keys (expected: additionalProperties or a type after @schema)");
        return schema;
    }

    private JsonNode resolved(JsonNode schema) {
        if (schema.isArray()) {
            return NODES.arrayNode()
                    .addAll(schema.valueStream().map(this::resolved).toList());
        }
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode resolved = NODES.objectNode();
        schema.properties().forEach(keyword -> resolved.set(keyword.getKey(), resolved(keyword.getValue())));
        if (schema.has(REF)) {
            String type = schema.path(REF).asText();
            check(
                    schema.size() == 1,
                    REF + ": " + type
                            + " has neighbours (expected: none, because draft 7 of JSON Schema ignores them)");
            check(
                    types.has(type) || tenancy.path("$defs").has(type),
                    "the type " + type + " is unknown (expected: one of types.yaml)");
            used.add(type);
            resolved.put(REF, "#/definitions/" + type);
        }
        return resolved;
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void check(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}
