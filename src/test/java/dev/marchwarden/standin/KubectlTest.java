package dev.marchwarden.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.tools.ToolRun;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl, as it is released, makes of the stand-in. */
@Timeout(120)
class KubectlTest {
    private static final String CONFIG = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: shop, labels: {a: "1", b: "2"}}
            data: {x: "1", q: "2"}
            """;

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.startSecure();
    private Client ann;

    @BeforeEach
    void open() throws Exception {
        api.put("shop", Map.of("team", "a"));
        ann = Client.of(api, directory, "ann", "team-red");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private String kubectl(String... arguments) throws Exception {
        return done(ann.kubectl(arguments));
    }

    private static String done(ToolRun run) {
        assertThat(run.succeeded()).as(run.text()).isTrue();
        return run.out() + run.err();
    }

    private JsonNode settings() {
        JsonNode found = api.find("configmaps", "shop", "settings");
        assertThat(found).isNotNull();
        return found == null ? Json.object() : found;
    }

    @Test
    void namespacesAreCreatedLabelledAndDeletedWithAllThatIsInThem() throws Exception {
        assertThat(kubectl("create", "namespace", "web")).contains("namespace/web created");
        assertThat(api.labels("web")).containsExactly(Map.entry("kubernetes.io/metadata.name", "web"));
        kubectl("label", "namespace", "web", "team=b");
        kubectl("annotate", "namespace", "web", "note=x");
        assertThat(kubectl("get", "namespaces", "-l", "team in (b,c)", "-o", "name"))
                .isEqualTo("namespace/web\n");
        assertThat(ann.kubectl("create", "namespace", "web").err())
                .isEqualTo("Error from server (AlreadyExists): namespaces \"web\" already exists\n");
        kubectl("create", "secret", "generic", "key", "-n", "web", "--from-literal=a=b");
        kubectl("create", "deployment", "front", "-n", "web", "--image=nginx", "--replicas=2");
        kubectl("delete", "namespace", "web");
        assertThat(api.labels("web")).isNull();
        assertThat(api.all("secrets")).isEmpty();
        assertThat(api.all("deployments")).isEmpty();
    }

    @Test
    void appliesOnTheSideOfTheClient() throws Exception {
        assertThat(done(ann.kubectlWith(CONFIG, "apply", "-f", "-"))).contains("created");
        assertThat(done(ann.kubectlWith(CONFIG, "apply", "-f", "-"))).contains("unchanged");
        String less = CONFIG.replace(", q: \"2\"", "").replace("x: \"1\"", "x: \"3\"");
        assertThat(done(ann.kubectlWith(less, "apply", "-f", "-"))).contains("configured");
        assertThat(settings().path("data")).isEqualTo(Json.parse("{\"x\":\"3\"}"));
    }

    @Test
    void appliesOnTheSideOfTheServerAndKeepsAppliersApart() throws Exception {
        assertThat(done(ann.kubectlWith(CONFIG, "apply", "--server-side", "-f", "-")))
                .contains("serverside-applied");
        String other = CONFIG.replace("x: \"1\", q: \"2\"", "x: \"7\", z: \"3\"");
        String[] apply = {"apply", "--server-side", "--field-manager=other", "-f", "-"};
        assertThat(ann.kubectlWith(other, apply).err())
                .contains("Apply failed with 1 conflict: conflict with \"kubectl\"", ".data.x");
        done(ann.kubectlWith(other, "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-"));
        assertThat(settings().path("data")).isEqualTo(Json.parse("{\"x\":\"7\",\"q\":\"2\",\"z\":\"3\"}"));
        String without = CONFIG.replace("x: \"1\", q: \"2\"", "w: \"1\"");
        done(ann.kubectlWith(without, "apply", "--server-side", "-f", "-"));
        assertThat(settings().path("data"))
                .as("q was its own; x is the other's")
                .isEqualTo(Json.parse("{\"w\":\"1\",\"x\":\"7\",\"z\":\"3\"}"));
    }

    @Test
    void patchesInThreeWays() throws Exception {
        done(ann.kubectlWith("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: front, namespace: shop}
                spec:
                  selector: {matchLabels: {a: b}}
                  template:
                    metadata: {labels: {a: b}}
                    spec: {containers: [{name: a, image: one}, {name: b, image: two}]}
                """, "create", "-f", "-"));
        String[] patch = {"patch", "deployment", "front", "-n", "shop", "-p"};
        kubectl(with(
                patch, "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"b\",\"image\":\"three\"}]}}}}"));
        assertThat(images()).isEqualTo("one three");
        kubectl(with(
                patch,
                "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":1},"
                        + "{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":4}]",
                "--type=json"));
        ToolRun failed =
                ann.kubectl(with(patch, "[{\"op\":\"test\",\"path\":\"/spec/replicas\",\"value\":1}]", "--type=json"));
        assertThat(failed.succeeded()).isFalse();
        kubectl(with(
                patch,
                "{\"metadata\":{\"labels\":{\"x\":\"y\"}},\"spec\":{\"paused\":null,\"template\":{\"spec\":"
                        + "{\"containers\":[{\"name\":\"c\",\"image\":\"four\"}]}}}}",
                "--type=merge"));
        assertThat(images()).isEqualTo("four");
        kubectl("scale", "deployment", "front", "-n", "shop", "--replicas=5");
        JsonNode front = api.all("deployments").getFirst();
        assertThat(front.at("/spec/replicas").asInt()).isEqualTo(5);
        assertThat(front.at("/metadata/generation").asInt()).isEqualTo(5);
        assertThat(front.at("/metadata/labels/x").asText()).isEqualTo("y");
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    private String images() {
        return String.join(
                " ",
                api.all("deployments")
                        .getFirst()
                        .at("/spec/template/spec/containers")
                        .findValuesAsText("image"));
    }

    @Test
    void watches() throws Exception {
        done(ann.kubectlWith(CONFIG, "create", "-f", "-"));
        Thread.startVirtualThread(() -> {
            try {
                Eventually.await("watching", () -> api.openWatches("configmaps") == 1);
                kubectl("label", "configmap", "settings", "-n", "shop", "seen=yes");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        String seen = kubectl("wait", "configmap/settings", "-n", "shop", "--for=jsonpath={.metadata.labels.seen}=yes");
        assertThat(seen).contains("condition met");
        ToolRun watch = ann.kubectl("get", "configmaps", "-n", "shop", "-w", "-L", "seen", "--request-timeout=2s");
        assertThat(watch.out()).containsPattern("settings +.* yes");
    }

    @Test
    void watchesThatAreCutAreTakenUpAgain() throws Exception {
        done(ann.kubectlWith(CONFIG, "create", "-f", "-"));
        Thread.startVirtualThread(() -> {
            try {
                Eventually.await("watching", () -> api.openWatches("configmaps") == 1);
                int watches = api.seen(Call.WATCH, "configmaps");
                api.cutWatches(); // once: kubectl takes longer and longer to come back
                Eventually.await("watching again", () -> api.seen(Call.WATCH, "configmaps") > watches);
                api.expireWatches();
                kubectl("label", "configmap", "settings", "-n", "shop", "seen=yes");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        kubectl(
                "wait",
                "configmap/settings",
                "-n",
                "shop",
                "--for=jsonpath={.metadata.labels.seen}=yes",
                "--timeout=60s");
    }

    @Test
    void whatIsOnlyTriedIsNotStored() throws Exception {
        assertThat(done(ann.kubectlWith(CONFIG, "apply", "--dry-run=server", "-f", "-")))
                .contains("(server dry run)");
        assertThat(api.all("configmaps")).isEmpty();
        done(ann.kubectlWith(CONFIG, "create", "-f", "-"));
        kubectl("delete", "configmap", "settings", "-n", "shop", "--dry-run=server");
        kubectl("label", "configmap", "settings", "-n", "shop", "b=3", "--overwrite", "--dry-run=server");
        assertThat(settings().at("/metadata/labels/b").asText()).isEqualTo("2");
    }

    @Test
    void knowsWhoAsks() throws Exception {
        api.permit(spec -> spec.path("groups").toString().contains("team-blue"));
        assertThat(kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}{.status.userInfo.groups}"))
                .isEqualTo("ann[\"team-red\",\"system:authenticated\"]");
        assertThat(kubectl("auth", "whoami", "--as=eve", "-o", "jsonpath={.status.userInfo.username}"))
                .isEqualTo("eve");
        assertThat(ann.kubectl("auth", "can-i", "use", "secrets").out()).startsWith("no");
        assertThat(ann.kubectl("auth", "can-i", "use", "secrets", "--as=eve", "--as-group=team-blue")
                        .out())
                .isEqualTo("yes\n");
    }

    @Test
    void kindsOfIstioAreServedInAllTheirVersions() throws Exception {
        done(ann.kubectlWith("""
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: {name: web, namespace: shop}
                spec: {hosts: [web]}
                """, "apply", "-f", "-"));
        assertThat(kubectl("get", "virtualservices.v1alpha3.networking.istio.io", "web", "-n", "shop", "-o", "yaml"))
                .contains("apiVersion: networking.istio.io/v1alpha3");
        assertThat(kubectl("get", "vs", "-A", "-o", "jsonpath={.items[*].apiVersion}"))
                .isEqualTo("networking.istio.io/v1");
    }

    @Test
    void customResourceDefinitionsBringTheirKinds() throws Exception {
        done(ann.kubectlWith("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: tools.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: tools, singular: tool, kind: Tool}
                  versions: [{name: v1, served: true, storage: true}]
                """, "create", "-f", "-"));
        kubectl("wait", "crd/tools.example.com", "--for=condition=Established");
        done(ann.kubectlWith(
                "{apiVersion: example.com/v1, kind: Tool, metadata: {name: saw, namespace: shop}}",
                "apply",
                "-f",
                "-"));
        assertThat(kubectl("get", "tools", "-n", "shop", "-o", "name")).isEqualTo("tool.example.com/saw\n");
    }
}
