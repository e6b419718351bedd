package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.tools.ToolRun;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@code verify --prove} over the guide's two meshes on a real API server: nothing crosses, then what was planted is found, and nothing else. */
class ProofClusterIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> STATES = List.of("wrong", "assumed", "checked");

    /** Beside these the label of a namespace. */
    private static final String PLANTED = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: past, namespace: app-ns-1}
            spec:
              selector: {matchLabels: {app: past}}
              template:
                metadata:
                  labels: {app: past, sidecar.istio.io/inject: "false"}
                spec: {containers: [{name: past, image: past}]}
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: loose, namespace: app-ns-2}
            spec: {mtls: {mode: PERMISSIVE}}
            """;

    @Test
    void nothingCrossesAndWhatIsPlantedIsFound() throws Exception {
        try (MeshCluster meshes = MeshCluster.guide("proof")) {
            ToolRun none = meshes.verify(0, "--prove");
            System.out.println(none.out());
            assertThat(none.out()).endsWith("\nnone: no workload reaches one across its boundary\n");
            JsonNode proof =
                    JSON.readTree(meshes.verify(0, "--prove", "-o", "json").out());
            assertThat(proof.path("none").asBoolean()).isTrue();
            assertThat(facts(proof))
                    .containsEntry("discovery", "checked")
                    .containsEntry("strict", "checked")
                    .containsEntry("root", "checked")
                    .containsEntry("workloads", "checked")
                    .containsEntry("revisions", "checked")
                    .containsEntry("signing", "checked")
                    .containsEntry("keys", "assumed")
                    .doesNotContainValue("wrong");

            meshes.admin().mustReading(PLANTED, "create", "-f", "-");
            meshes.admin().must("label", "namespace", "app-ns-3", "--overwrite", "istio.io/rev=usergroup-1");
            ToolRun open = meshes.verify(1, "--prove", "-o", "json");
            Map<String, String> chains = new TreeMap<>();
            for (JsonNode way : JSON.readTree(open.out()).path("openings")) {
                chains.put(
                        way.path("from").asText() + " > " + way.path("to").asText(),
                        way.at("/chain/0/object").asText() + ": "
                                + way.at("/chain/0/field").asText() + " ["
                                + way.path("rule").asText() + "]");
            }
            assertThat(chains)
                    .containsExactly(
                            Map.entry(
                                    "any workload > namespace app-ns-1",
                                    "Deployment app-ns-1/past: spec.template.metadata.labels[sidecar.istio.io/inject] [injection-opt-out]"),
                            Map.entry(
                                    "any workload > namespace app-ns-2",
                                    "PeerAuthentication app-ns-2/loose: spec.mtls.mode [mtls-downgrade]"),
                            Map.entry(
                                    "namespace app-ns-3 > usergroup usergroup-1",
                                    "Namespace app-ns-3: metadata.labels[istio.io/rev] [revision-mismatch]"));
            ToolRun page = meshes.verify(1, "--prove", "-o", "html");
            Files.writeString(meshes.cluster().directory().resolve("proof.html"), page.out());
            assertThat(page.out()).contains("Deployment app-ns-1/past").contains("the cluster https://");
        }
    }

    /** By name, the worst of each. */
    private static Map<String, String> facts(JsonNode proof) {
        Map<String, String> facts = new TreeMap<>();
        for (JsonNode fact : proof.path("facts")) {
            String state = fact.path("wrong").asBoolean()
                    ? "wrong"
                    : fact.path("checked").asBoolean() ? "checked" : "assumed";
            facts.merge(
                    fact.path("name").asText(),
                    state,
                    (one, other) -> STATES.indexOf(one) < STATES.indexOf(other) ? one : other);
        }
        return facts;
    }
}
