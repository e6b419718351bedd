package dev.marchwarden.json;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** YAML as trees, for what is small or rare; apart from {@link Yaml}, since short commands need no data binding. */
public final class YamlTrees {
    /** Trees and values out of small texts; of a repeated key the last value counts. */
    public static final YAMLMapper MAPPER = new YAMLMapper();

    private YamlTrees() {}
}
