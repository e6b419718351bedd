package dev.marchwarden.service;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.reporting.ReportApi;
import dev.marchwarden.reporting.ReportDefinitions;
import dev.marchwarden.reporting.StandingAudit.Rhythm;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.RoleRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica that leads and audits, with the rights that the chart gives. */
@Timeout(120)
class LiveAuditTest {
    private static final Path CHART = Path.of("test-fixtures/chart/golden/fallback.yaml");
    private static final String ROLE = "marchwarden-audit";
    private static final AuditPlan PLAN = new AuditPlan(
            ROLE,
            new Rhythm(Duration.ofMillis(300), Duration.ofMillis(50), Duration.ofMillis(100)),
            ReportApi.OPENREPORTS);
    private static final String ROUTE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: ROUTE, namespace: shop}
            spec: {hosts: [api.pay.svc.cluster.local], http: [{route: [{destination: {host: api}}]}]}
            """;

    @TempDir
    private Path directory;

    private SecretCluster cluster;
    private @Nullable WebhookService service;

    @BeforeEach
    void open() throws Exception {
        cluster = new SecretCluster(directory);
        Files.writeString(directory.resolve("tenancy.yaml"), tenancy("deny"));
        cluster.api.put("shop", Map.of("usergroup", "red", "istio.io/rev", "red"));
        cluster.api.put("pay", Map.of("usergroup", "blue", "istio.io/rev", "blue"));
        cluster.api.put(ROUTE.replace("ROUTE", "stray"));
        cluster.api.put("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: " + ROLE
                + ", uid: role-uid}}");
        Path kubeconfig = cluster.api.kubeconfig(directory.resolve("admin"), "admin");
        try (ClusterClient admin = new ClusterClient(ClusterConfig.find(kubeconfig, null), Duration.ofSeconds(5))) {
            ReportDefinitions.define(admin, ReportApi.OPENREPORTS);
        }
        cluster.api.enforce(new RoleRules(rights(List.of())));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static String tenancy(String enforcement) {
        return """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec:
                  enforcement: {default: %s}
                  usergroups: [{name: red, owners: {groups: [team-red]}}, {name: blue, owners: {groups: [team-blue]}}]
                """.formatted(enforcement);
    }

    /** Of the audit's role as they are; the Secret, the Lease and the webhooks have other names here. */
    private static List<JsonNode> rights(List<String> without) throws Exception {
        List<JsonNode> rules = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                new YAMLMapper().readerFor(JsonNode.class).readValues(Files.readString(CHART))) {
            for (JsonNode object : documents.readAll()) {
                boolean isAudit = object.at("/metadata/name").asText().equals(ROLE);
                for (JsonNode rule : object.path("rules")) {
                    ObjectNode right = rule.deepCopy();
                    if (!isAudit) {
                        right.remove("resourceNames");
                    }
                    String text = right.path("resources") + " " + right.path("apiGroups");
                    if (object.path("kind").asText().endsWith("Role")
                            && !(isAudit && without.stream().anyMatch(text::contains))) {
                        rules.add(right);
                    }
                }
            }
        }
        return rules;
    }

    private WebhookService service() {
        return Objects.requireNonNull(service);
    }

    private String metrics() throws Exception {
        return ReviewClient.get(service().opsPort(), "/metrics").text();
    }

    private double metric(String name) throws Exception {
        return metrics()
                .lines()
                .filter(line -> line.startsWith("marchwarden_audit_" + name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(-1);
    }

    private String ready() throws Exception {
        return ReviewClient.get(service().opsPort(), "/readyz").text();
    }

    private String report(String namespace) {
        JsonNode report = cluster.api.find("reports.openreports.io", namespace, ROLE);
        return report == null ? "" : report.toString();
    }

    private String ofCluster() {
        JsonNode report = cluster.api.find("clusterreports.openreports.io", "", ROLE);
        return report == null ? "" : report.toString();
    }

    @Test
    void reportsWhatIsThereFollowsTheTenancyAndEndsWithTheViolation() throws Exception {
        service = cluster.auditing(PLAN);
        await(
                "audited",
                () -> ofCluster()
                        .contains(
                                "\"policy\":\"audit\",\"category\":\"Multi-tenancy\",\"severity\":\"info\",\"result\":\"pass\""));
        assertThat(report("shop")).contains("\"policy\":\"host-claim\"", "\"result\":\"fail\"", "\"name\":\"stray\"");
        assertThat(report("pay")).isEmpty();
        assertThat(ready()).contains("objects audited").doesNotContain("incomplete");
        assertThat(metrics())
                .contains(
                        "marchwarden_audit_violations{enforcement=\"deny\",rule=\"host-claim\",usergroup=\"red\"} 1.0");
        assertThat(metric("incomplete")).isZero();
        assertThat(metric("last_timestamp_seconds")).isPositive();
        assertThat(metric("reports_behind")).isZero();

        Files.writeString(directory.resolve("tenancy.yaml"), tenancy("warn"));
        await("the tenancy counts", () -> report("shop").contains("\"result\":\"warn\""));
        await("counted", () -> metrics().contains("{enforcement=\"warn\",rule=\"host-claim\",usergroup=\"red\"} 1.0"));
        assertThat(metrics()).doesNotContain("enforcement=\"deny\",rule=\"host-claim\",usergroup=\"red\"} 1.0");

        cluster.api.remove("virtualservices", "shop", "stray");
        await("the report is gone", () -> report("shop").isEmpty());
        await("nothing is counted", () -> !metrics().contains("marchwarden_audit_violations{"));
    }

    /** And what it may read, it reads; the stand-in has no ReplicationControllers. */
    @Test
    void whatItMayNotReadIsNotFine() throws Exception {
        service = cluster.auditing(PLAN);
        await("audited", () -> report("shop").contains("stray"));
        for (JsonNode right : rights(List.of())) {
            if (right.path("verbs").toString().equals("[\"list\"]")) {
                right.path("resources")
                        .valueStream()
                        .map(JsonNode::asText)
                        .filter(plural -> !plural.equals("*") && !plural.equals("replicationcontrollers"))
                        .forEach(plural -> assertThat(cluster.api.seen(Call.LIST, plural))
                                .as(plural)
                                .isPositive());
            }
        }
        cluster.api.enforce(new RoleRules(rights(List.of("networking.istio.io", "services"))));
        await("incomplete", () -> metric("incomplete") > 0 && ofCluster().contains("the audit is incomplete"));
        assertThat(ofCluster()).contains("cannot list services", "cannot list virtualservices");
        assertThat(report("shop")).as("kept").contains("stray");
        assertThat(metrics()).contains("rule=\"host-claim\",usergroup=\"red\"} 1.0");
        assertThat(ready()).contains("incomplete");
        cluster.api.enforce(new RoleRules(rights(List.of("\"reports\""))));
        await("no reports", () -> metric("reports_behind") == 1 && ready().contains("reports"));
    }

    @Test
    void anApiServerThatFailsIsAskedAgain() throws Exception {
        service = cluster.auditing(PLAN);
        await("audited", () -> report("shop").contains("stray"));
        cluster.api.fail(Call.LIST, "virtualservices", 403);
        await("incomplete", () -> ofCluster().contains("the audit is incomplete"));
        assertThat(report("shop")).contains("stray", "by an earlier audit only");
        cluster.api.remove("virtualservices", "shop", "stray");
        cluster.api.restore(Call.LIST);
        await("whole again", () -> report("shop").isEmpty() && !ofCluster().contains("incomplete"));
    }

    @Test
    void oneOfTwoAudits() throws Exception {
        service = cluster.auditing(PLAN);
        await("audited", () -> report("shop").contains("stray"));
        WebhookService other = cluster.auditing(PLAN);
        await(
                "the other is there",
                () -> ReviewClient.get(other.opsPort(), "/readyz").status() == 200);
        assertThat(ReviewClient.get(other.opsPort(), "/readyz").text()).contains("audited by the replica that leads");
        assertThat(ReviewClient.get(other.opsPort(), "/metrics").text())
                .contains("marchwarden_audit_last_timestamp_seconds 0.0")
                .doesNotContain("marchwarden_audit_violations{");
        service().close();
        await(
                "taken over",
                () -> ReviewClient.get(other.opsPort(), "/metrics").text().contains("marchwarden_audit_violations{"));
    }
}
