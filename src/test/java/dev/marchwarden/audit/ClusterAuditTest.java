package dev.marchwarden.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.cluster.ClusterKinds;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.verification.FixtureCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClusterAuditTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private String ranges = "{}";
    private boolean endpoints;
    private ClusterClient client;

    @BeforeEach
    void open() throws Exception {
        new FixtureCluster().putInto(api);
        Path kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "ann");
        client = new ClusterClient(ClusterConfig.find(kubeconfig, null), Duration.ofSeconds(5));
    }

    @AfterEach
    void close() {
        client.close();
        api.close();
    }

    private void route(String name, String namespace) {
        api.put("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %s, namespace: %s}
                spec: {hosts: [pay.app-ns-2.svc.cluster.local], http: [{route: [{destination: {host: own}}]}]}
                """.formatted(name, namespace));
    }

    private AuditResult audit(ClusterAudit.Progress progress) throws Exception {
        Path file = FixtureCluster.DIRECTORY.resolve("tenancy.yaml");
        ObjectNode described = (ObjectNode) YAML.readTree(file.toFile());
        described.withObject("/spec").setAll((ObjectNode) YAML.readTree(ranges));
        Tenancy tenancy = TenancyFile.parse(file.toString(), YAML.writeValueAsBytes(described));
        List<Manifest> namespaces = client.listTrees(Kind.NAMESPACE, "").stream()
                .map(tree -> ClusterKinds.manifest(
                        client, ((ObjectNode) tree).put("apiVersion", "v1").put("kind", "Namespace")))
                .toList();
        NamespaceSnapshot known = NamespaceSnapshot.of(namespaces, tenancy.usergroupLabel());
        Audit audit = new Audit(
                tenancy, known, strict -> ManifestCheck.asOwner(strict, known, "default", true), AuditLimits.DEFAULT);
        ClusterAudit cluster = new ClusterAudit(client, audit, progress);
        cluster.readNamespaces();
        cluster.read(true, endpoints);
        return audit.result();
    }

    private AuditResult audit() throws Exception {
        return audit(ClusterAudit.Progress.NONE);
    }

    /** What no right permits. */
    private static List<AuditFinding> crossings(AuditResult result) {
        return result.findings().stream()
                .filter(finding -> !finding.needsRight())
                .toList();
    }

    private static long count(AuditResult result, RuleName rule) {
        return result.counts().stream()
                .filter(count -> count.rule() == rule)
                .mapToLong(FindingCount::count)
                .sum();
    }

    /** The fixture is as it should be: nothing is left but what a mesh admin wrote for the whole usergroup. */
    @Test
    void findsNothingWhereNothingIs() throws Exception {
        AuditResult result = audit();
        assertThat(result.isComplete()).as(result.unjudged().toString()).isTrue();
        assertThat(crossings(result)).isEmpty();
        assertThat(result.findings())
                .extracting(AuditFinding::kind)
                .isNotEmpty()
                .doesNotContain("ConfigMap", "Namespace");
        assertThat(result.judged()).containsKeys("Namespace", "ConfigMap", "Deployment", "Pod", "PeerAuthentication");
        assertThat(result.namespaces()).containsKeys("app-ns-1", "app-ns-2", "usergroup-1");
        assertThat(api.seen(Call.LIST, "secrets") + api.seen(Call.GET, "secrets"))
                .isZero();
    }

    @Test
    void findsWhatIsPlanted() throws Exception {
        route("capture", "app-ns-1");
        api.put("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio-usergroup-1, namespace: usergroup-1}
                data: {mesh: "discoverySelectors: []"}
                """);
        assertThat(crossings(audit()))
                .extracting(AuditFinding::rule, AuditFinding::object)
                .containsExactlyInAnyOrder(
                        tuple(RuleName.HOST_CLAIM, "VirtualService app-ns-1/capture"),
                        tuple(RuleName.MESH_WIDE_CONFIG, "ConfigMap usergroup-1/istio-usergroup-1"));
    }

    /** The API server prefers a version that no rule knows, and has each object in the others too. */
    @Test
    void anObjectIsReadInAKnownVersionAndJudgedByTheOneThatItWasWrittenIn() throws Exception {
        api.forgetKinds("networking.istio.io");
        client.apply(YAML.readTree("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: virtualservices.networking.istio.io}
                spec:
                  group: networking.istio.io
                  scope: Namespaced
                  names: {kind: VirtualService, plural: virtualservices}
                  versions: [{name: v2, served: true, storage: true}, {name: v1, served: true}]
                """));
        String route = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata:
                  name: %s
                  namespace: app-ns-1
                  managedFields: [{manager: kubectl, operation: Update, apiVersion: networking.istio.io/%s}]
                spec: {hosts: [own.app-ns-1.svc.cluster.local], http: [{route: [{destination: {host: own}}]}]}
                """;
        api.put(route.formatted("known", "v1"));
        api.put(route.formatted("newer", "v2"));
        assertThat(crossings(audit()))
                .extracting(AuditFinding::rule, AuditFinding::object)
                .containsExactly(tuple(RuleName.UNKNOWN_KIND, "VirtualService app-ns-1/newer"));
    }

    /** An address of the pods' range reaches any pod; that of a Service's own pods is what its controller writes, and a label alone does not make one. */
    @Test
    void endpointsThatNoServiceSelectsAreJudged() throws Exception {
        ranges = "{clusterRanges: [10.244.0.0/16]}";
        endpoints = true;
        api.put(
                "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: app-ns-1}, spec: {selector: {app: web}}}");
        api.put(
                "{apiVersion: v1, kind: Service, metadata: {name: db, namespace: app-ns-1}, spec: {ports: [{port: 80}]}}");
        for (String service : List.of("web", "db", "gone")) {
            api.put("""
                    apiVersion: v1
                    kind: Endpoints
                    metadata: {name: %1$s, namespace: app-ns-1}
                    subsets: [{addresses: [{ip: 10.244.1.7}], ports: [{port: 80}]}]
                    """.formatted(service));
            api.put("""
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata:
                      name: %1$s-1
                      namespace: app-ns-1
                      labels:
                        kubernetes.io/service-name: %1$s
                        endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
                    addressType: IPv4
                    endpoints: [{addresses: [10.244.1.7]}]
                    """.formatted(service));
        }
        api.put("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: own, namespace: app-ns-1, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints: [{addresses: [10.244.1.7]}]
                """);
        assertThat(crossings(audit()))
                .allMatch(finding -> finding.rule() == RuleName.FOREIGN_ADDRESS)
                .extracting(AuditFinding::object)
                .containsExactlyInAnyOrder(
                        "Endpoints app-ns-1/db",
                        "Endpoints app-ns-1/gone",
                        "EndpointSlice app-ns-1/db-1",
                        "EndpointSlice app-ns-1/gone-1",
                        "EndpointSlice app-ns-1/own");
        api.fail(Call.LIST, "services", 403);
        AuditResult blind = audit();
        assertThat(blind.judged()).doesNotContainKeys("Endpoints", "EndpointSlice");
        assertThat(blind.unjudged()).hasSize(2);
    }

    /** What was judged before the list had to be read again counts once. */
    @Test
    void aListThatExpiresIsCountedOnce() throws Exception {
        for (int i = 0; i < 120; i++) {
            route("capture-" + i, "app-ns-1");
        }
        api.forgetPages(1);
        Map<String, Long> read = new HashMap<>();
        AuditResult result = audit((kind, objects) -> read.put(kind.plural(), objects));
        assertThat(result.isComplete()).isTrue();
        assertThat(count(result, RuleName.HOST_CLAIM)).isEqualTo(120);
        assertThat(result.judged()).containsEntry("VirtualService", 120L);
        assertThat(read).containsEntry("virtualservices", 120L);
    }

    /** 60 objects are two pages; the second is never answered with anything but a failure. */
    @Test
    void aKindThatEndsEarlyCountsNotAtAllAndTheResultIsIncomplete() throws Exception {
        for (int i = 0; i < 60; i++) {
            route("capture-" + i, "app-ns-1");
        }
        AuditResult result = audit((kind, objects) -> {
            if (kind.plural().equals("virtualservices")) {
                api.fail(Call.LIST, "virtualservices", 403);
            }
        });
        assertThat(result.isComplete()).isFalse();
        assertThat(result.unjudged())
                .singleElement()
                .satisfies(
                        unread -> assertThat(unread.problem()).contains("cannot list virtualservices: ", "HTTP 403"));
        assertThat(count(result, RuleName.HOST_CLAIM)).isZero();
        assertThat(result.judged()).doesNotContainKey("VirtualService").containsKey("Deployment");
        assertThat(result.usergroups())
                .extracting(UsergroupAudit::readiness)
                .doesNotContain(UsergroupAudit.Readiness.READY);
    }

    @Test
    void waitsForAnApiServerThatIsBusy() throws Exception {
        api.fail(Call.LIST, "deployments", 429);
        CompletableFuture<Void> soon = CompletableFuture.runAsync(
                () -> api.restore(Call.LIST), CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS));
        assertThat(audit().isComplete()).isTrue();
        soon.join();
    }
}
