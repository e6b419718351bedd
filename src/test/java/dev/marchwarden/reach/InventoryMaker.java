package dev.marchwarden.reach;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Makes an inventory from the YAML of CustomResourceDefinitions; docs/reach-tables.md says how to run it. */
final class InventoryMaker {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String TITLE =
            "# Every leaf of the spec of each served kind: path, type, enum. [] an array, {} a map.";

    private InventoryMaker() {}

    /** Prints the inventory of the files that are named, each with any number of CRDs. */
    public static void main(String... files) throws IOException {
        List<String> texts = new ArrayList<>();
        for (String file : files) {
            texts.add(Files.readString(Path.of(file)));
        }
        System.out.print(inventory(texts));
    }

    /** Of the guarded groups only: a release may bring more CRDs. */
    static String inventory(List<String> texts) throws IOException {
        Map<String, String> sections = new TreeMap<>();
        for (String text : texts) {
            try (MappingIterator<JsonNode> documents =
                    YAML.readerFor(JsonNode.class).readValues(text)) {
                while (documents.hasNext()) {
                    JsonNode crd = documents.next();
                    String group = crd.path("spec").path("group").asText();
                    if (crd.path("kind").asText().equals("CustomResourceDefinition")
                            && ReachTable.shipped().guards(group)) {
                        sections(crd.path("spec"), sections);
                    }
                }
            }
        }
        return TITLE + "\n" + String.join("", sections.values());
    }

    private static void sections(JsonNode crd, Map<String, String> sections) {
        Map<String, TreeSet<String>> versionsByLeaves = new TreeMap<>();
        for (JsonNode version : crd.path("versions")) {
            if (version.path("served").asBoolean()) {
                List<String> leaves = new ArrayList<>();
                leaves(
                        "spec",
                        version.path("schema")
                                .path("openAPIV3Schema")
                                .path("properties")
                                .path("spec"),
                        leaves);
                versionsByLeaves
                        .computeIfAbsent(String.join("", leaves), text -> new TreeSet<>())
                        .add(version.path("name").asText());
            }
        }
        JsonNode names = crd.path("names");
        versionsByLeaves.forEach((leaves, versions) -> {
            String header = "%s/%s %s (%s, %s)"
                    .formatted(
                            crd.path("group").asText(),
                            String.join(",", versions),
                            names.path("kind").asText(),
                            names.path("plural").asText(),
                            crd.path("scope").asText());
            String key = crd.path("group").asText() + " " + names.path("kind").asText() + " " + versions;
            sections.put(key, "\n" + header + "\n" + leaves);
        });
    }

    private static void leaves(String path, JsonNode schema, List<String> leaves) {
        if (schema.path("properties").isObject()) {
            new TreeMap<>(schema.path("properties").properties().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                    .forEach((name, field) -> leaves(path + "." + name, field, leaves));
        } else if (schema.path("items").isObject()) {
            leaves(path + "[]", schema.path("items"), leaves);
        } else if (schema.path("additionalProperties").isObject()) {
            leaves(path + "{}", schema.path("additionalProperties"), leaves);
        } else {
            leaves.add("  " + path + " " + schema.path("type").asText("any") + values(schema.path("enum")) + "\n");
        }
    }

    private static String values(JsonNode values) {
        List<String> texts = StreamSupport.stream(values.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return texts.isEmpty() ? "" : " " + String.join("|", texts);
    }
}
