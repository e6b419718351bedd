package dev.marchwarden.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClusterObjectsTest {
    private static final ObjectName POLICY = ObjectName.of(ObjectKind.PEER_AUTHENTICATION, "shop", "strict");

    @TempDir
    private Path directory;

    private final StandInApiServer standIn = StandInApiServer.start();
    private ApiServer api;
    private ClusterObjects objects;

    @BeforeEach
    void open() throws Exception {
        api = new ApiServer(ClusterConfig.ofKubeconfig(standIn.kubeconfig(directory.resolve("kubeconfig"), "ann")));
        objects = new ClusterObjects(api, Duration.ofSeconds(10));
        standIn.put("shop", Map.of());
    }

    @AfterEach
    void close() {
        api.close();
        standIn.close();
    }

    /** An API server answers in plain text then, and in JSON where it has the group and not the kind. */
    @Test
    void ofAGroupThatIsNotServedThereIsNone() throws Exception {
        standIn.forgetKinds("istio.io");
        assertThat(objects.find(POLICY)).isNull();
        assertThat(objects.list(ObjectKind.PEER_AUTHENTICATION, "", "")).isEmpty();
        assertThatThrownBy(() -> objects.apply(POLICY, new ObjectMapper().createObjectNode()))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.isMissing()).isTrue())
                .hasMessage("cannot apply PeerAuthentication shop/strict, HTTP 404: 404 page not found");
        assertThat(objects.find(ObjectName.of(new ObjectKind("v1", "Nothing", "nothing", true), "shop", "a")))
                .isNull();
    }

    /** 100 pods of 45 KB are more than is read of one answer: pages shrink, and every pod is seen once. */
    @Test
    void listsObjectsOfAnySize() throws Exception {
        for (int i = 0; i < 230; i++) {
            standIn.put(
                    ("{apiVersion: v1, kind: Pod, metadata: {name: fat-%d, namespace: shop, labels: {app: a}, annotations:"
                                    + " {fat: \"%s\"}}, spec: {containers: [{name: a}]}, status: {phase: Running}}")
                            .formatted(i, "x".repeat(45_000)));
        }
        assertThat(objects.list(
                        ObjectKind.POD,
                        "shop",
                        "",
                        pod -> pod.at("/metadata/name").asText()))
                .hasSize(230)
                .doesNotHaveDuplicates();
        assertThat(objects.list(ObjectKind.POD, "shop", "", ClusterObjects::summary))
                .hasSize(230)
                .allSatisfy(pod -> {
                    assertThat(pod.at("/status/phase").asText()).isEqualTo("Running");
                    assertThat(pod.has("spec")).isFalse();
                });
    }

    @Test
    void whoeverIsBusyIsAskedAgain() throws Exception {
        standIn.fail(Call.GET, "namespaces", 429);
        CompletableFuture<Void> soon = CompletableFuture.runAsync(
                () -> standIn.restore(Call.GET), CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS));
        assertThat(objects.find(ObjectName.of(ObjectKind.NAMESPACE, "", "shop")))
                .isNotNull();
        soon.join();
    }
}
