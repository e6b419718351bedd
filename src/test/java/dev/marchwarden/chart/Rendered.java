package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;

/**
 * What the chart renders.
 *
 * @param text as helm prints it
 * @param objects in the order of the text
 */
record Rendered(String text, List<JsonNode> objects) {
    /** The annotation that states the webhooks of a configuration. */
    static final String WEBHOOKS = "marchwarden.dev/webhooks";

    private static final Map<List<String>, Rendered> KNOWN = new ConcurrentHashMap<>();

    /** With one of the files in {@code ci}. */
    static Rendered ofCase(String name) {
        return of("--values", Chart.values(name).toString());
    }

    /** The guide's two usergroups, and defaults for all else. */
    static Rendered ofGuide() {
        return of();
    }

    /** With arguments of {@code helm template}, which must accept them. */
    static Rendered of(String... arguments) {
        return KNOWN.computeIfAbsent(Arrays.asList(arguments), all -> by(KubernetesTool.HELM, arguments));
    }

    static Rendered by(KubernetesTool helm, String... arguments) {
        ToolRun run = Chart.template(helm, arguments);
        assertThat(run.succeeded()).as(run.text()).isTrue();
        return new Rendered(run.out(), parse(run.out()));
    }

    private static List<JsonNode> parse(String text) {
        try (MappingIterator<JsonNode> documents =
                Chart.YAML.readerFor(JsonNode.class).readValues(text)) {
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(documents, 0), false)
                    .filter(JsonNode::isObject)
                    .map(Rendered::inForce)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A webhook configuration with the webhooks that its annotation states, as a pod that serves makes it. */
    private static JsonNode inForce(JsonNode object) {
        String wanted =
                object.path("metadata").path("annotations").path(WEBHOOKS).asText();
        return wanted.isEmpty() ? object : ((ObjectNode) object).set("webhooks", Chart.parse(wanted));
    }

    List<JsonNode> all(String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    /** The only one of its kind that is no hook. */
    JsonNode one(String kind) {
        List<JsonNode> found =
                all(kind).stream().filter(object -> !isHook(object)).toList();
        assertThat(found).as(kind).hasSize(1);
        return found.getFirst();
    }

    JsonNode one(String kind, String name) {
        List<JsonNode> found = all(kind).stream()
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .toList();
        assertThat(found).as(kind + " " + name).hasSize(1);
        return found.getFirst();
    }

    JsonNode container() {
        return one("Deployment").at("/spec/template/spec/containers/0");
    }

    static boolean isHook(JsonNode object) {
        return object.path("metadata").path("annotations").has("helm.sh/hook");
    }

    /** Kind and name, for messages. */
    static String title(JsonNode object) {
        return object.path("kind").asText() + " " + object.at("/metadata/name").asText();
    }

    /** The texts of an array. */
    static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
