package dev.marchwarden.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the demo plays, and what must come of it; resources beside this class. */
final class DemoStory {
    /** A part of the story. */
    record Chapter(String title, List<Step> steps) {}

    /**
     * What somebody does.
     *
     * @param says who does what
     * @param mutate whether the mutating webhook is asked first, and its patch applied
     * @param reviews files of what the API server sent when they did it
     * @param expect the verdict that every one of them must get: allowed, warned or denied
     * @param rules that must lead to it
     */
    record Step(String says, boolean mutate, List<String> reviews, String expect, List<String> rules) {
        Step {
            rules = rules == null ? List.of() : List.copyOf(rules);
        }
    }

    private DemoStory() {}

    static List<Chapter> chapters() {
        try {
            return new YAMLMapper().readValue(resource("story.yaml"), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] tenancy() {
        return recorded("tenancy.yaml");
    }

    static byte[] namespaces() {
        return recorded("namespaces.yaml");
    }

    static byte[] recorded(String file) {
        return resource("admission-reviews/" + file);
    }

    private static byte[] resource(String name) {
        try (@Nullable InputStream resource = DemoStory.class.getResourceAsStream("demo/" + name)) {
            if (resource == null) {
                throw new Failure("this build lacks demo/" + name + " (expected: a build with its resources)");
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
