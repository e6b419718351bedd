package dev.marchwarden.cluster;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.NamespaceState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the bytes, a list or a watch of namespaces is refused, or read as a tree of the same bytes has it. {@code mvn verify} replays its
 * corpus; {@code JAZZER_FUZZ=1 mvn test -Dtest=NamespaceStreamFuzzTest} looks for more.
 */
class NamespaceStreamFuzzTest {
    private static final Set<String> GUARDED = MeshLabels.guarded("usergroup");

    /** Refuses fields that are given twice, which the API server does not send. */
    private static final ObjectMapper TREES = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    @FuzzTest(maxDuration = "10m")
    void anyBytesAreRefusedOrReadAsTheyAre(byte[] body) throws IOException {
        list(body);
        watch(body);
    }

    private static void list(byte[] body) throws IOException {
        NamespaceStream.Found found;
        try (NamespaceStream in = new NamespaceStream(new ByteArrayInputStream(body), GUARDED)) {
            found = in.whole();
        } catch (IOException e) {
            return;
        }
        JsonNode tree = tree(body);
        if (tree != null) {
            same(found, tree);
        }
    }

    /** As many events as there are, and what was read of each before the first that is refused. */
    private static void watch(byte[] body) throws IOException {
        List<ObjectStream.Event<NamespaceState>> events = new ArrayList<>();
        try (NamespaceStream in = new NamespaceStream(new ByteArrayInputStream(body), GUARDED)) {
            for (ObjectStream.Event<NamespaceState> event = in.event(); event != null; event = in.event()) {
                events.add(event);
            }
        } catch (IOException e) {
            // those before it were taken
        }
        if (events.isEmpty()) {
            return;
        }
        try (JsonParser parser = TREES.createParser(body)) {
            for (ObjectStream.Event<NamespaceState> event : events) {
                parser.nextToken();
                JsonNode line = TREES.readTree(parser);
                assertThat(event.type()).isEqualTo(text(line.path("type")));
                same((NamespaceStream.Found) event.object(), line.path("object"));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Duplicate field");
        }
    }

    private static @Nullable JsonNode tree(byte[] body) {
        try {
            return TREES.readTree(body);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Duplicate field");
            return null;
        }
    }

    private static void same(NamespaceStream.Found found, JsonNode tree) {
        JsonNode metadata = tree.path("metadata");
        assertThat(found.kind()).isEqualTo(text(tree.path("kind")));
        assertThat(found.name()).isEqualTo(text(metadata.path("name")));
        assertThat(found.resourceVersion()).isEqualTo(text(metadata.path("resourceVersion")));
        assertThat(found.next()).isEqualTo(text(metadata.path("continue")));
        assertThat(found.terminating()).isEqualTo(metadata.hasNonNull("deletionTimestamp"));
        assertThat(found.labels())
                .isEqualTo(metadata.path("labels")
                        .propertyStream()
                        .filter(label -> GUARDED.contains(label.getKey()))
                        .collect(toMap(Map.Entry::getKey, label -> text(label.getValue()))));
        assertThat(found.message()).matches("[ -~]*");
        assertThat(found.items()).hasSameSizeAs(tree.path("items").valueStream().toList());
        for (int i = 0; i < found.items().size(); i++) {
            same(found.items().get(i), tree.path("items").get(i));
        }
    }

    /** Null and nothing count as an empty one, as they do for the API server. */
    private static String text(JsonNode value) {
        if (!value.isMissingNode() && !value.isNull()) {
            assertThat(value.isTextual()).as("%s", value).isTrue();
        }
        return value.asText("");
    }
}
