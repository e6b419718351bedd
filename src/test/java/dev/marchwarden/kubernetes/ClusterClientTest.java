package dev.marchwarden.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class ClusterClientTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private ClusterClient client;

    @BeforeEach
    void open() throws Exception {
        client = client(api.kubeconfig(directory.resolve("kubeconfig"), "ann"));
        api.put("shop", Map.of("team", "a"));
    }

    private static ClusterClient client(Path kubeconfig) throws Exception {
        return new ClusterClient(ClusterConfig.ofKubeconfig(kubeconfig), Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        client.close();
        api.close();
    }

    private void pod(String name, int bytes) {
        api.put(
                "{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: shop, uid: \"%s\", annotations: {fat: \"%s\"}}, spec: {containers: [{name: a}]}}"
                        .formatted(name, UUID.randomUUID(), "x".repeat(bytes)));
    }

    @Test
    void findsByType() throws Exception {
        Namespace shop = requireNonNull(client.find(Kind.NAMESPACE, "", "shop"));
        assertThat(shop.getMetadata().getLabels()).containsEntry("team", "a");
        assertThat(client.find(Kind.NAMESPACE, "", "none")).isNull();
        JsonNode tree = requireNonNull(client.findTree(Kind.NAMESPACE, "", "shop"));
        assertThat(tree.at("/metadata/labels/team").asText()).isEqualTo("a");
    }

    /** An API server answers in plain text where it does not have the group. */
    @Test
    void ofAKindThatIsNotServedThereIsNone() throws Exception {
        api.forgetKinds("istio.io");
        assertThat(client.find(Kind.PEER_AUTHENTICATION, "shop", "strict")).isNull();
        assertThat(client.list(Kind.PEER_AUTHENTICATION, "", "")).isEmpty();
        JsonNode manifest = JSON.readTree(
                "{\"apiVersion\":\"security.istio.io/v1\",\"kind\":\"PeerAuthentication\",\"metadata\":{\"name\":\"strict\",\"namespace\":\"shop\"}}");
        assertThatThrownBy(() -> client.apply(manifest))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.isMissing()).isTrue())
                .message()
                .startsWith("cannot apply PeerAuthentication shop/strict: " + api.url() + ": HTTP 404");
    }

    /** Without what the field holds, which may be a secret. */
    @Test
    void saysWhichObjectOfAListCannotBeReadAndWhere() {
        pod("good", 1);
        api.put(
                "{apiVersion: v1, kind: Pod, metadata: {name: odd, namespace: shop}, spec: {containers: [{name: a}, {name: b, env: secret}]}}");
        assertThatThrownBy(() -> client.list(Kind.POD, "", ""))
                .isInstanceOf(ClusterException.class)
                .message()
                .startsWith("cannot list pods")
                .contains("Pod shop/odd cannot be read at spec.containers[1].env (expected: ")
                .doesNotContain("secret");
    }

    /** 100 pods of 45 KB are more than 4 MiB; pages shrink. */
    @Test
    void listsObjectsOfAnySize() throws Exception {
        for (int i = 0; i < 250; i++) {
            pod("fat-" + i, 45_000);
        }
        int before = api.seen(Call.LIST, "pods");
        List<String> names =
                client.list(Kind.POD, "shop", "", (Pod pod) -> pod.getMetadata().getName());
        assertThat(names).hasSize(250).doesNotHaveDuplicates();
        assertThat(api.seen(Call.LIST, "pods") - before).isBetween(4, 6);
        assertThat(client.list(Kind.POD, "elsewhere", "")).isEmpty();
    }

    /** A tenant could else have a page of 500 objects of a megabyte each: behind many small ones the page is large. */
    @Test
    void noPageIsMuchLargerThanItMayBe() throws Exception {
        for (int i = 0; i < 200; i++) {
            pod("a-%03d".formatted(i), 10);
        }
        for (int i = 0; i < 40; i++) {
            pod("b-" + i, 100_000);
        }
        try (KubernetesClient library = new KubernetesClientBuilder()
                .withConfig(ClusterConfig.ofKubeconfig(directory.resolve("kubeconfig"))
                        .config())
                .withKubernetesSerialization(ModelJson.LIBRARY)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build()) {
            PagedList<Pod> list = new PagedList<>(library, api.url(), Duration.ofSeconds(10), Kind.POD, "", 1_000_000);
            int before = api.seen(Call.LIST, "pods");
            List<String> names = list.<List<String>>read(
                    "shop", "", ArrayList::new, (all, pod) -> all.add(ObjectMetadata.name(pod)));
            assertThat(names).hasSize(240).doesNotHaveDuplicates();
            // 50, 100, and 200 that are too large; then few at a time. Three pages would do without a bound.
            assertThat(api.seen(Call.LIST, "pods") - before).isBetween(8, 30);
        }
    }

    @Test
    void aListThatHasExpiredIsReadAgain() throws Exception {
        for (int i = 0; i < 120; i++) {
            pod("pod-" + i, 10);
        }
        api.forgetPages(1);
        assertThat(client.list(Kind.POD, "shop", "")).hasSize(120);
    }

    /** Else objects that are there would be taken for none. */
    @Test
    void aKindThatIsMissingOnALaterPageIsAFailure() {
        for (int i = 0; i < 120; i++) {
            pod("pod-" + i, 10);
        }
        assertThatThrownBy(() -> client.list(Kind.POD, "shop", "", pod -> {
                    api.fail(Call.LIST, "pods", 404);
                    return pod;
                }))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void appliesAndMerges() throws Exception {
        JsonNode stored = client.apply(
                JSON.readTree(
                        "{\"apiVersion\":\"security.istio.io/v1\",\"kind\":\"PeerAuthentication\",\"metadata\":{\"name\":\"strict\",\"namespace\":\"shop\"},\"spec\":{\"mtls\":{\"mode\":\"STRICT\"},\"unknown\":[1]}}"));
        assertThat(stored.at("/spec/mtls/mode").asText()).isEqualTo("STRICT");
        assertThat(stored.at("/spec/unknown/0").asInt()).isOne();
        GenericKubernetesResource read = requireNonNull(client.find(Kind.PEER_AUTHENTICATION, "shop", "strict"));
        ObjectNode change = JSON.createObjectNode();
        change.putObject("spec").putNull("unknown");
        assertThat(client.merge(Kind.PEER_AUTHENTICATION, read, change)
                        .at("/spec")
                        .toString())
                .isEqualTo("{\"mtls\":{\"mode\":\"STRICT\"}}");
        assertThatThrownBy(() -> client.merge(Kind.PEER_AUTHENTICATION, read, change))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.isConflict()).isTrue());
    }

    @Test
    void deletesThisObjectAndNoOther() throws Exception {
        pod("web", 1);
        Pod first = requireNonNull(client.find(Kind.POD, "shop", "web"));
        api.remove("pods", "shop", "web");
        pod("web", 2);
        assertThatThrownBy(() -> client.delete(Kind.POD, first))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.isConflict()).isTrue());
        assertThat(api.find("pods", "shop", "web")).isNotNull();
        Pod second = requireNonNull(client.find(Kind.POD, "shop", "web"));
        client.delete(Kind.POD, second);
        assertThat(api.find("pods", "shop", "web")).isNull();
        client.delete(Kind.POD, second);
    }

    @Test
    void asksForRights() throws Exception {
        api.permit(spec -> spec.at("/resourceAttributes/name").asText().equals("istio-ca-secret"));
        assertThat(client.permits("delete", Kind.SECRET, "shop", "istio-ca-secret"))
                .isTrue();
        assertThat(client.permits("delete", Kind.SECRET, "shop", "other")).isFalse();
        assertThat(api.accessReviews()
                        .getFirst()
                        .at("/resourceAttributes/resource")
                        .asText())
                .isEqualTo("secrets");
    }

    @Test
    void retriesWhatIsBusy() throws Exception {
        api.fail(Call.GET, "namespaces", 429);
        CompletableFuture<Void> soon = CompletableFuture.runAsync(
                () -> api.restore(Call.GET), CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS));
        assertThat(client.find(Kind.NAMESPACE, "", "shop")).isNotNull();
        soon.join();
    }

    /** A wrong address, or a server that is down, is said within a second. */
    @Test
    void doesNotWaitForWhoNeverAnswered() throws Exception {
        Path dead = directory.resolve("dead");
        Files.writeString(
                dead, Files.readString(directory.resolve("kubeconfig")).replace(api.url(), "http://127.0.0.1:1"));
        try (ClusterClient other = client(dead)) {
            long begin = System.nanoTime();
            assertThatThrownBy(() -> other.list(Kind.NAMESPACE, "", ""))
                    .hasMessage(
                            "cannot list namespaces: http://127.0.0.1:1: connection refused (expected: check the server address (and proxy-url, if any) in the kubeconfig, and that the API server runs)");
            assertThatThrownBy(() -> other.find(Kind.NAMESPACE, "", "shop")).hasMessageContaining("connection refused");
            // Twice four pauses from 200 ms on would be six seconds.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void sendsAListAgainThatFailedAsTheFirstRequest() throws Exception {
        api.fail(Call.LIST, "namespaces", 503);
        CompletableFuture<Void> soon = CompletableFuture.runAsync(
                () -> api.restore(Call.LIST), CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
        assertThat(client.list(Kind.NAMESPACE, "", "")).isNotEmpty();
        soon.join();
    }

    @Test
    void saysWhatToDoWhereTheServerFails() throws Exception {
        assertThat(RequestFailure.refused("https://x", "get Pod a/b", 500, "etcd is down", null))
                .hasMessage(
                        "cannot get Pod a/b: https://x: HTTP 500: etcd is down (expected: a healthy API server; `kubectl get --raw '/readyz?verbose'` shows the failed checks; run the command again)");
        assertThat(RequestFailure.refused("https://x", "get Pod a/b", 429, "", null))
                .hasMessage(
                        "cannot get Pod a/b: https://x: the API server has too many requests to answer, HTTP 429 (expected: less load; run the command again later)");
    }

    @Test
    void saysWhichRightIsMissingAndThatCredentialsAreRefused() throws Exception {
        api.fail(Call.LIST, "pods", 403);
        assertThatThrownBy(() -> client.list(Kind.POD, "shop", ""))
                .hasMessage(
                        "cannot list pods in namespace shop: " + api.url()
                                + ": not permitted, HTTP 403: told to fail (expected: this right; `kubectl auth can-i` checks it)");
        Path stranger = directory.resolve("stranger");
        Files.writeString(
                stranger, Files.readString(directory.resolve("kubeconfig")).replace("secret-of-ann", "x"));
        try (ClusterClient other = client(stranger)) {
            String message = "cannot get Namespace shop: " + api.url()
                    + ": the API server does not accept these credentials, HTTP 401 (expected: valid credentials; log in again)";
            assertThatThrownBy(() -> other.find(Kind.NAMESPACE, "", "shop")).hasMessage(message);
            assertThatThrownBy(() -> other.list(Kind.NAMESPACE, "", ""))
                    .hasMessage(message.replace("get Namespace shop", "list namespaces"));
        }
    }

    @Test
    void aPatchForAnOlderVersionIsAConflict() throws Exception {
        JsonNode before = Objects.requireNonNull(client.findTree(Kind.NAMESPACE, "", "shop"));
        JsonPatch patch = new JsonPatch().replace("/metadata/labels/team", TextNode.valueOf("b"));
        JsonNode stored = client.patch(Kind.NAMESPACE, before, patch);
        assertThat(ObjectMetadata.label(stored, "team")).isEqualTo("b");
        assertThatThrownBy(() -> client.patch(Kind.NAMESPACE, before, patch))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.isConflict()).isTrue())
                .hasMessageStartingWith("cannot patch Namespace shop: ");
    }

    /** As an API server writes an EndpointSlice that has none. */
    @Test
    void whatIsNullIsEmpty() throws Exception {
        api.put("""
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4, endpoints: null, ports: null,
                 metadata: {name: none, namespace: shop, labels: null}}""");
        EndpointSlice slice = client.list(Kind.ENDPOINT_SLICE, "shop", "").getFirst();
        assertThat(slice.getEndpoints()).isEmpty();
        assertThat(slice.getPorts()).isEmpty();
        assertThat(slice.getMetadata().getLabels()).isEmpty();
        assertThat(Objects.requireNonNull(client.find(Kind.ENDPOINT_SLICE, "shop", "none"))
                        .getEndpoints())
                .isEmpty();
    }
}
