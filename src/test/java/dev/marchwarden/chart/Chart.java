package dev.marchwarden.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The chart in this repository, and how to run helm on it. */
final class Chart {
    static final Path ROOT = Path.of("charts/marchwarden").toAbsolutePath();
    static final String RELEASE = "marchwarden";
    /** Not called as the release, so that the one does not pass for the other. */
    static final String NAMESPACE = "marchwarden-system";

    static final ObjectMapper YAML =
            YAMLMapper.builder(YAMLFactory.builder().build()).build();

    private static final Path WORK = Path.of("target", "chart").toAbsolutePath();

    private Chart() {}

    /** Names of the files in {@code ci}, without what they all end in. */
    static List<String> cases() {
        try (Stream<Path> files = Files.list(ROOT.resolve("ci"))) {
            return files.map(file -> file.getFileName().toString().replace("-values.yaml", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those among them that have webhooks. */
    static List<String> judging() {
        return cases().stream().filter(name -> !name.equals("defaults")).toList();
    }

    static Path values(String name) {
        return ROOT.resolve("ci").resolve(name + "-values.yaml");
    }

    static JsonNode defaults() {
        return read(ROOT.resolve("values.yaml"));
    }

    static JsonNode schema() {
        return read(ROOT.resolve("values.schema.json"));
    }

    static JsonNode read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode parse(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** These arguments, and the guide's values where they name no others. */
    static List<String> withValues(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        if (!all.contains("--values")) {
            all.addAll(List.of("--values", values("guide").toString()));
        }
        return all;
    }

    /** {@code helm template} of the release, with arguments such as {@code --set}. */
    static ToolRun template(KubernetesTool helm, String... arguments) {
        List<String> all = new ArrayList<>(List.of("template", RELEASE, ROOT.toString(), "--namespace", NAMESPACE));
        all.addAll(withValues(arguments));
        return run(helm, all);
    }

    static ToolRun run(KubernetesTool helm, List<String> arguments) {
        try {
            Files.createDirectories(WORK);
            return ToolRun.of(helm, WORK, WORK.resolve("no-kubeconfig"), arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
