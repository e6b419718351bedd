package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tools.GoldenFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a real istiod says at {@code /debug/syncz}, which is what {@code verify --live} reads: of proxies that have what they were sent, of one that rejects its
 * listeners, and of one that says nothing. {@code MARCHWARDEN_GOLDEN=write} records it for {@code LiveSyncTest}, a file a release.
 */
class SyncStatusClusterIT {
    private static final Path RECORDED = Path.of("test-fixtures/verification/syncz");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String UNSET = "0001-01-01T00:00:00Z";

    @Test
    void istiodSaysWhatIsRecorded() throws Exception {
        try (IstioMeshes meshes = IstioMeshes.open("syncz")) {
            XdsProxy rejecting = meshes.connect(
                    new ProxyIdentity("usergroup-1", "app-ns-1", "rejecting", "10.44.1.20", false, Map.of()),
                    XdsProxy.Manner.REJECTS_LISTENERS);
            XdsProxy silent = meshes.connect(
                    new ProxyIdentity("usergroup-1", "app-ns-1", "silent", "10.44.1.21", false, Map.of()),
                    XdsProxy.Manner.SILENT);
            try {
                meshes.configurations(); // all others have acknowledged all
                String told = settled(meshes.istiod());
                Files.writeString(meshes.directory().resolve("syncz.json"), told);
                GoldenFile.holds(
                        RECORDED.resolve("istio-" + meshes.istioVersion() + ".json"),
                        GoldenFile.json(withoutChance(ClusterApi.JSON.readTree(told))));
            } finally {
                rejecting.close();
                silent.close();
            }
        }
    }

    /** The same at both ports, and twice. */
    private static String settled(IstiodProcess istiod) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        String before = "";
        while (System.nanoTime() < end) {
            List<String> told = istiod.syncStatus();
            boolean same = sorted(told.getFirst()).equals(sorted(told.getLast()));
            if (same && before.equals(sorted(told.getFirst()).toString())) {
                return told.getFirst();
            }
            before = sorted(told.getFirst()).toString();
            Thread.sleep(500);
        }
        throw new AssertionError("its ports do not agree: " + istiod.syncStatus());
    }

    /** Proxies come in any order. */
    private static ArrayNode sorted(String told) throws Exception {
        return sorted(ClusterApi.JSON.readTree(told));
    }

    private static ArrayNode sorted(JsonNode told) {
        List<JsonNode> proxies = new ArrayList<>();
        told.forEach(proxies::add);
        proxies.sort(Comparator.comparing(proxy -> proxy.path("proxy").asText()));
        return ClusterApi.JSON.createArrayNode().addAll(proxies);
    }

    /** Nonces and versions are numbered in the order of the proxies, and times are one. */
    private static JsonNode withoutChance(JsonNode told) {
        assertThat(told.isArray()).isTrue();
        ArrayNode proxies = sorted(told);
        Map<String, String> numbers = new HashMap<>();
        for (JsonNode proxy : proxies) {
            proxy.properties().forEach(field -> {
                if (field.getKey().endsWith("_sent") || field.getKey().endsWith("_acked")) {
                    field.setValue(number(field.getValue(), numbers));
                }
            });
            for (JsonNode resource : proxy.path("resources")) {
                ObjectNode fields = (ObjectNode) resource;
                for (String field : List.of("sent", "acked")) {
                    if (fields.has(field)) {
                        fields.set(field, number(fields.get(field), numbers));
                    }
                }
                if (fields.has("sentTime") && !fields.path("sentTime").asText().equals(UNSET)) {
                    fields.put("sentTime", "2026-11-28T00:00:00.123456789Z");
                }
            }
        }
        return proxies;
    }

    private static JsonNode number(JsonNode nonce, Map<String, String> numbers) {
        String text = nonce.asText();
        return text.isEmpty()
                ? nonce
                : ClusterApi.JSON
                        .getNodeFactory()
                        .textNode(numbers.computeIfAbsent(text, none -> "nonce-" + (numbers.size() + 1)));
    }
}
