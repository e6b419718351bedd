package dev.marchwarden.json;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import org.yaml.snakeyaml.LoaderOptions;

/** YAML 1.1 as Kubernetes takes it, token by token. */
public final class Yaml {
    /** Of one file; a rendered chart of a few thousand objects is some ten MiB. */
    public static final int MAX_FILE_BYTES = 256 << 20;

    /** What people write into files and annotations. A repeated key is an error: two readers could take different ones. */
    public static final YAMLFactory FILES = YAMLFactory.builder()
            .loaderOptions(codePoints(MAX_FILE_BYTES))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Yaml() {}

    /**
     * A configuration file: bounded, and with {@code yes}, {@code no}, {@code on} and {@code off} as strings, so that they can be names.
     * Repeated keys are passed on.
     *
     * @param maxDepth levels of nesting
     */
    public static YAMLFactory configuration(int maxBytes, int maxDepth) {
        LoaderOptions options = codePoints(maxBytes);
        options.setNestingDepthLimit(maxDepth);
        return YAMLFactory.builder()
                .loaderOptions(options)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .build())
                .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                .build();
    }

    private static LoaderOptions codePoints(int most) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(most);
        return options;
    }
}
