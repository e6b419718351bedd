package dev.marchwarden.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** YAML as trees, for what is small or rare; apart from {@link Yaml}, since short commands need no data binding. */
public final class YamlTrees {
    /** Trees and values out of small texts; of a repeated key the last value counts. */
    public static final YAMLMapper MAPPER = new YAMLMapper();

    private YamlTrees() {}

    /** Missing for no text, and for one that is no YAML. */
    public static JsonNode orMissing(String text) {
        try {
            return text.isBlank() ? MissingNode.getInstance() : MAPPER.readTree(text);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }
}
