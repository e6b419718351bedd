package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Istio's injector makes of a pod: taken from pods as it has made them, with the sidecar beside the others or before them. */
final class SidecarTemplate {
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final Path RECORDED = Path.of("test-fixtures/policy/workloads/objects");
    private static final String BESIDE = "sidecar.istio.io/nativeSidecar";
    private static final String APPLICATION = "httpbin";

    private final String revision;
    private final String systemNamespace;
    private final String trustDomain;

    SidecarTemplate(String revision, String systemNamespace, String trustDomain) {
        this.revision = revision;
        this.systemNamespace = systemNamespace;
        this.trustDomain = trustDomain;
    }

    /** A JSON patch. */
    ArrayNode patch(JsonNode pod) throws IOException {
        boolean isClassic =
                pod.path("metadata").path("annotations").path(BESIDE).asText().equals("false");
        String application = pod.at("/spec/containers/0/name").asText();
        JsonNode recorded = YAML.readTree(
                Files.readString(RECORDED.resolve(isClassic ? "injected-classic.yaml" : "injected-native.yaml"))
                        .replace("red-system", systemNamespace)
                        .replace("red.mesh.local", trustDomain)
                        .replace("red-1", revision)
                        .replace(APPLICATION, application)
                        .replace("red-app", pod.at("/metadata/namespace").asText()));
        ArrayNode patch = ClusterApi.JSON.createArrayNode();
        for (String map : new String[] {"annotations", "labels"}) {
            ObjectNode merged = ClusterApi.JSON.createObjectNode();
            merged.setAll((ObjectNode) recorded.path("metadata").path(map));
            merged.setAll(pod.path("metadata").withObjectProperty(map));
            set(patch, "/metadata/" + map, merged);
        }
        for (String list : new String[] {"initContainers", "containers", "volumes"}) {
            ArrayNode all = ClusterApi.JSON.createArrayNode();
            for (JsonNode its : recorded.path("spec").path(list)) {
                String name = its.path("name").asText();
                if (list.equals("volumes") || name.startsWith("istio-")) {
                    all.add(withoutToken(its));
                }
            }
            pod.path("spec").path(list).forEach(all::add);
            set(patch, "/spec/" + list, all);
        }
        return patch;
    }

    /** The API server mounts that of its own accord, under a name that it makes up. */
    private static JsonNode withoutToken(JsonNode container) {
        if (container.path("volumeMounts") instanceof ArrayNode mounts) {
            mounts.removeIf(mount -> mount.path("name").asText().startsWith("kube-api-access"));
        }
        return container;
    }

    private static void set(ArrayNode patch, String path, JsonNode value) {
        patch.addObject().put("op", "add").put("path", path).set("value", value);
    }
}
