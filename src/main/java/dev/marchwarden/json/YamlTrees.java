package dev.marchwarden.json;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** YAML as trees, for what is small or rare; apart from {@link Yaml}, since short commands need no data binding. */
public final class YamlTrees {
    /** Trees and values out of small files that are trusted, such as resources of this product. */
    public static final YAMLMapper MAPPER = new YAMLMapper();

    private YamlTrees() {}
}
