package dev.marchwarden.service;

import static dev.marchwarden.standin.Eventually.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.Timing;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.Reply;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.server.Trust;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.TenancyFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole server over a cluster that fails in every way it can: not one wrong answer, and no restart. */
@Timeout(120)
class LiveServiceTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final Timing QUICK = new Timing(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ZERO,
            Duration.ofMillis(5),
            Duration.ofMillis(50));
    private static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            metadata: {name: live}
            spec:
              usergroups:
              - {name: red, owners: {groups: [team-red]}}
              - {name: blue, owners: {groups: [team-blue]}}
            """;
    private static final Map<String, String> RED = Map.of("usergroup", "red", "istio.io/rev", "red");
    private static final Map<String, String> BLUE = Map.of("usergroup", "blue", "istio.io/rev", "blue");

    @TempDir
    private Path directory;

    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), DAY);
    private final StandInApiServer api = StandInApiServer.start();
    private WebhookService service;
    private ReviewClient client;

    @BeforeEach
    void open() throws Exception {
        api.put("red", Map.of("usergroup", "red"));
        api.put("blue", Map.of("usergroup", "blue"));
        api.put("red-1", RED);
        api.put("blue-1", BLUE);
        service = service(api.kubeconfig(directory.resolve("kubeconfig"), "marchwarden"));
        client = new ReviewClient(Trust.in(authority.certificate()), service.port());
    }

    private WebhookService service(Path kubeconfig) throws Exception {
        Path tls = RunningService.write(authority.issue(RunningService.HOSTS, DAY), directory);
        Path tenancy = Files.writeString(directory.resolve("tenancy.yaml"), TENANCY);
        TlsDirectory directory = new TlsDirectory(tls, InstantSource.system());
        BackgroundTasks tasks = new BackgroundTasks();
        LiveCluster cluster =
                new LiveCluster(tasks, new ApiServer(ClusterConfig.ofKubeconfig(kubeconfig)), "usergroup", QUICK);
        WebhookService started = new WebhookService(
                new WebhookService.Settings(
                        ANY_PORT,
                        ANY_PORT,
                        TlsEngine.best(),
                        TenancyFile.read(tenancy),
                        TenancyFiles.of(tenancy, List.of()),
                        Duration.ofMillis(50),
                        new DecisionLog(tasks, batch -> {}),
                        tasks),
                cluster,
                new DirectoryTlsPlan(directory, directory.read(), null));
        started.start();
        return started;
    }

    @AfterEach
    void close() {
        client.close();
        service.close();
        api.close();
    }

    private void awaitReady() throws Exception {
        await(
                "ready and watching",
                () -> ops().isReady()
                        && api.openWatches() == 1
                        && ops().metric("marchwarden_namespaces_watching") == 1);
    }

    private OpsClient ops() {
        return new OpsClient(service.opsPort());
    }

    /** A VirtualService for its own namespace, of a revision: right where the namespace is of the usergroup of that name, wrong elsewhere. */
    private Reply virtualService(String namespace, String revision) {
        return client.validate("""
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1","kind":{"group":\
                "networking.istio.io","version":"v1","kind":"VirtualService"},"resource":{"group":"networking.istio.io",\
                "version":"v1","resource":"virtualservices"},"name":"a","namespace":"%1$s","operation":"CREATE","userInfo":\
                {"username":"ann","groups":["team-red"]},"object":{"apiVersion":"networking.istio.io/v1","kind":\
                "VirtualService","metadata":{"name":"a","namespace":"%1$s","labels":{"istio.io/rev":"%2$s"}},"spec":{"hosts":\
                ["web"],"exportTo":["."],"http":[{"route":[{"destination":{"host":"web"}}]}]}},"oldObject":null,"dryRun":false}}""".formatted(namespace, revision).getBytes(UTF_8));
    }

    /** Creation of a namespace of usergroup red. */
    private Reply join(String name, String user, String group) {
        return client.validate("""
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"1","kind":{"group":"",\
                "version":"v1","kind":"Namespace"},"resource":{"group":"","version":"v1","resource":"namespaces"},"name":"%1$s",\
                "namespace":"%1$s","operation":"CREATE","userInfo":{"username":"%2$s","uid":"u-%2$s","groups":["%3$s"],"extra":\
                {"example.com/scopes":["a","b"]}},"object":{"metadata":{"name":"%1$s","labels":{"usergroup":"red","istio.io/rev":\
                "red"}}},"oldObject":null,"dryRun":false}}""".formatted(name, user, group).getBytes(UTF_8));
    }

    private static void assertUndecidable(Reply reply, String why) {
        assertThat(reply.allowed()).isFalse();
        assertThat(reply.response().at("/status/code").asInt()).isEqualTo(500);
        assertThat(reply.response().at("/status/message").asText()).contains(why);
    }

    private void assertDecides() {
        assertThat(virtualService("red-1", "red").allowed()).isTrue();
        assertThat(virtualService("blue-1", "blue").allowed()).isTrue();
        assertThat(virtualService("red-1", "blue").rules()).containsExactly("config-revision-mismatch");
        assertThat(join("red-2", "ann", "team-red").allowed()).isTrue();
    }

    @Test
    void readyOnceTheNamespacesAreKnownAndNothingIsDecidedBefore() throws Exception {
        StandInApiServer slow = StandInApiServer.start();
        slow.hold(Call.LIST);
        client.close();
        service.close();
        service = service(slow.kubeconfig(directory.resolve("kubeconfig"), "marchwarden"));
        client = new ReviewClient(Trust.in(authority.certificate()), service.port());
        try (slow) {
            await("asked", () -> slow.seen(Call.LIST) == 1);
            assertThat(ops().get("/readyz").status()).isEqualTo(503);
            assertThat(ops().get("/livez").status()).isEqualTo(200);
            assertThat(ops().detail("namespaces")).isEqualTo("namespaces: not synced yet");
            assertUndecidable(virtualService("red-1", "red"), "have not been read yet");
            assertUndecidable(join("red-2", "ann", "team-red"), "have not been read yet");
            slow.put("red-1", RED);
            slow.restore(Call.LIST);
            await("ready", () -> ops().isReady());
            assertThat(virtualService("red-1", "red").allowed()).isTrue();
        }
    }

    @Test
    void theApiServerGoesAwayAndComesBack() throws Exception {
        awaitReady();
        assertDecides();
        assertThat(ops().metric("marchwarden_namespaces")).isEqualTo(4);
        assertThat(ops().metric("marchwarden_namespaces_watching")).isEqualTo(1);

        api.goAway();
        await("noticed", () -> ops().metric("marchwarden_namespaces_watching") == 0);
        assertDecides();
        assertUndecidable(
                virtualService("new", "red"),
                "namespace \"new\" is not known yet and cannot be looked up: the API server cannot be reached");
        assertThat(ops().get("/readyz").status()).as("decisions go on").isEqualTo(200);
        assertThat(ops().detail("namespaces"))
                .startsWith("4 live, last heard of ")
                .contains("no watch");
        assertThat(ops().metric("marchwarden_namespace_lookup_failures_total")).isEqualTo(1);

        api.put("new", RED);
        api.comeBack();
        assertThat(virtualService("new", "red").allowed()).isTrue();
        awaitReady();
        assertThat(virtualService("new", "blue").rules()).containsExactly("config-revision-mismatch");
    }

    @Test
    void aNamespaceThatWasJustCreatedIsLookedUp() throws Exception {
        awaitReady();
        api.hold(Call.WATCH);
        api.cutWatches();
        await("deaf", () -> api.seen(Call.WATCH) >= 2);
        api.put("new", RED);
        assertThat(virtualService("new", "red").allowed()).isTrue();
        assertThat(virtualService("new", "blue").rules()).containsExactly("config-revision-mismatch");
        assertUndecidable(virtualService("missing", "red"), "expected: a namespace that is known");
        api.fail(Call.GET, 500);
        assertUndecidable(virtualService("new", "red"), "the API server answers with HTTP 500");
        api.restore(Call.GET);
        api.hold(Call.GET);
        assertUndecidable(virtualService("new", "red"), "the API server does not answer in time");
        assertDecides();
        api.restore(Call.GET);
    }

    @Test
    void rightsAreAskedForOnlyWhereTheTenancyDoesNotGrantThem() throws Exception {
        api.permit(spec -> spec.path("user").asText().equals("eve")
                && spec.at("/resourceAttributes/verb").asText().equals("use")
                && spec.at("/resourceAttributes/name").asText().equals("red"));
        awaitReady();
        assertThat(join("a", "ann", "team-red").allowed()).isTrue();
        assertThat(api.accessReviews()).isEmpty();

        assertThat(join("a", "eve", "nobody").allowed()).isTrue();
        assertThat(api.accessReviews())
                .singleElement()
                .satisfies(spec -> assertThat(spec.toString())
                        .contains(
                                "\"uid\":\"u-eve\"",
                                "\"extra\":{\"example.com/scopes\":[\"a\",\"b\"]}",
                                "\"groups\":[\"nobody\"]"));
        assertThat(join("a", "mallory", "nobody").rules()).containsExactly("membership-not-permitted");

        api.fail(Call.ACCESS_REVIEW, 500);
        Reply unasked = join("a", "zoe", "nobody");
        assertThat(unasked.rules()).containsExactly("membership-not-permitted");
        assertThat(unasked.response().at("/status/message").asText())
                .contains("whether the cluster's RBAC permits it is not known: the API server answers with HTTP 500");
        assertThat(ops().metric("marchwarden_access_review_failures_total")).isEqualTo(1);
        assertThat(join("a", "ann", "team-red").allowed()).isTrue();
    }

    /** Whatever happens to the API server: a decision is right, or there is none. */
    @Test
    void notOneWrongAnswerUnderFaults() throws Exception {
        awaitReady();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService askers = Executors.newFixedThreadPool(3)) {
            List<Callable<Integer>> questions = List.of(
                    () -> ask(over, () -> virtualService("red-1", "red"), true),
                    () -> ask(over, () -> virtualService("red-1", "blue"), false),
                    () -> ask(over, () -> virtualService("new", "red"), null));
            List<Future<Integer>> asked = new ArrayList<>();
            questions.forEach(question -> asked.add(askers.submit(question)));
            try {
                for (int round = 0; round < 5; round++) {
                    api.cutWatches();
                    api.put("other-" + round, BLUE);
                    api.expireWatches();
                    api.fail(Call.WATCH, 500);
                    api.fail(Call.GET, 500);
                    api.cutWatches();
                    await("noticed", () -> ops().metric("marchwarden_namespaces_watching") == 0);
                    api.compact();
                    api.goAway();
                    api.put("new", round % 2 == 0 ? RED : Map.of());
                    api.comeBack();
                    api.restore(Call.GET);
                    api.restore(Call.WATCH);
                    awaitReady();
                    api.remove("new");
                }
            } finally {
                over.set(true);
            }
            for (Future<Integer> each : asked) {
                assertThat(each.get()).isGreaterThan(5);
            }
        }
        assertThat(ops().metric("marchwarden_unexpected_failures_total")).isZero();
        await("all are known", () -> ops().metric("marchwarden_namespaces") == 9);
    }

    /** @param allowed what is right; null where it changes, and only a decision without a ground would be wrong */
    private static Integer ask(AtomicBoolean over, Callable<Reply> question, @Nullable Boolean allowed)
            throws Exception {
        int count = 0;
        for (; !over.get(); count++) {
            Reply reply = question.call();
            if (allowed != null) {
                assertThat(reply.allowed()).as(reply.text()).isEqualTo(allowed);
                assertThat(reply.decision()).isNotEqualTo("error");
            } else if (!reply.allowed() && reply.rules().isEmpty()) {
                assertThat(reply.response().at("/status/code").asInt()).isEqualTo(500);
            }
        }
        return count;
    }

    @Test
    void anotherUsergroupLabelNeedsARestart() throws Exception {
        awaitReady();
        Path tenancy = directory.resolve("tenancy.yaml");
        Files.writeString(tenancy, TENANCY.replace("spec:", "spec:\n  usergroupLabel: tenant"));
        await("counted", () -> ops().metric("marchwarden_tenancy_reload_failures_total") == 1);
        assertDecides();
    }

    /** Over HTTPS with a certificate authority, and with writes that come by way of the API server. */
    @Test
    void writesComeByWayOfTheApiServer() throws Exception {
        try (StandInApiServer secure = StandInApiServer.startSecure()) {
            secure.put("red", Map.of("usergroup", "red"));
            Path kubeconfig = secure.kubeconfig(directory.resolve("kubeconfig"), "marchwarden");
            client.close();
            service.close();
            service = service(kubeconfig);
            client = new ReviewClient(Trust.in(authority.certificate()), service.port());
            await("ready", () -> ops().isReady());
            secure.put("""
                    apiVersion: admissionregistration.k8s.io/v1
                    kind: ValidatingWebhookConfiguration
                    metadata: {name: marchwarden}
                    webhooks:
                    - name: validate.marchwarden.dev
                      clientConfig: {url: "https://localhost:%d/validate", caBundle: %s}
                      rules: [{apiGroups: [""], apiVersions: [v1], resources: [namespaces], operations: ["*"]}]
                      sideEffects: None
                    """.formatted(
                    service.port(),
                    Base64.getEncoder().encodeToString(authority.pair().chain().getBytes(UTF_8))));
            assertThat(secure.authorizations()).contains("Bearer " + secure.token("marchwarden"));

            URI namespaces = URI.create(secure.url() + "/api/v1/namespaces");
            SSLContext trust = Trust.in(secure.authority());
            try (HttpClient user = HttpClient.newBuilder().sslContext(trust).build()) {
                String created =
                        "{\"metadata\":{\"name\":\"web\",\"labels\":{\"usergroup\":\"red\",\"istio.io/rev\":\"red\"}}}";
                assertThat(send(user, "POST", namespaces, "team-blue", created)).isEqualTo(403);
                assertThat(secure.labels("web")).isNull();
                assertThat(send(user, "POST", namespaces, "team-red", created)).isEqualTo(201);
                URI web = URI.create(namespaces + "/web");
                assertThat(send(user, "PATCH", web, "team-red", "{\"metadata\":{\"labels\":{\"usergroup\":\"blue\"}}}"))
                        .isEqualTo(403);
                assertThat(secure.labels("web")).containsEntry("usergroup", "red");
                assertThat(virtualService("web", "red").allowed()).isTrue();
                await("the watch has brought it", () -> ops().metric("marchwarden_namespaces") == 2);
                assertThat(send(user, "DELETE", URI.create(namespaces + "/red"), "team-red", ""))
                        .as("the system namespace has a member")
                        .isEqualTo(403);
                assertThat(send(user, "DELETE", web, "team-red", "")).isEqualTo(200);
            }
        }
    }

    private static int send(HttpClient user, String method, URI at, String group, String body) throws Exception {
        return user.send(
                        HttpRequest.newBuilder(at)
                                .header("Content-Type", "application/merge-patch+json")
                                .header("Impersonate-User", "ann")
                                .header("Impersonate-Group", group)
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
