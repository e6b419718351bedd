package dev.marchwarden.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.marchwarden.audit.ManifestReview;
import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.User;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reviews of the demo, with their expected verdicts; resources beside this class. */
final class DemoStory {
    /**
     * A part of the story.
     *
     * @param later whether it is about rules that are not there yet, and so is left out
     */
    record Chapter(String title, boolean later, List<Step> steps) {}

    /**
     * What somebody does: recorded, or an object that is told here.
     *
     * @param says who does what
     * @param mutate whether the mutating webhook is asked first, and its patch applied
     * @param reviews files of what the API server sent when they did it
     * @param object in YAML, where nothing was recorded
     * @param operation on that object; CREATE where nothing is said
     * @param as who does that; alice where nothing is said
     * @param expect the verdict that every one of them must get: allowed, warned or denied
     * @param rules that must lead to it
     */
    record Step(
            String says,
            boolean mutate,
            List<String> reviews,
            @Nullable String object,
            @Nullable Operation operation,
            @Nullable Author as,
            String expect,
            List<String> rules) {
        Step {
            reviews = reviews == null ? List.of() : List.copyOf(reviews);
            rules = rules == null ? List.of() : List.copyOf(rules);
        }

        /** What the API server sends, by the name of its file or object. */
        Map<String, byte[]> requests() {
            Map<String, byte[]> requests = new LinkedHashMap<>();
            reviews.forEach(file -> requests.put(file, recorded(file)));
            if (object != null) {
                requests.put(says, review(object, operation, as));
            }
            return requests;
        }
    }

    /** The people of the story, as the recordings have them. */
    enum Author {
        alice("team-1"),
        admin("system:masters");

        private final String group;

        Author(String group) {
            this.group = group;
        }

        User user() {
            return new User(name(), List.of(group, "system:authenticated"));
        }
    }

    private DemoStory() {}

    /** What is played. */
    static List<Chapter> chapters() {
        return all().stream().filter(chapter -> !chapter.later()).toList();
    }

    static List<Chapter> all() {
        try {
            return YamlTrees.MAPPER.readValue(resource("story.yaml"), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] review(String object, @Nullable Operation operation, @Nullable Author author) {
        try {
            Manifest manifest = new Manifest("story.yaml", 1, YamlTrees.MAPPER.readTree(object));
            return ManifestReview.of(
                    manifest,
                    operation == null ? Operation.CREATE : operation,
                    manifest.namespace(),
                    (author == null ? Author.alice : author).user());
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
