package dev.marchwarden.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.audit.AuditFinding;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.reporting.LiveReports.Written;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.Enforcement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class LiveReportsTest {
    private static final String NAME = "marchwarden-audit";
    private static final Instant ENDED = Instant.parse("2026-01-01T10:00:00Z");

    /** The fields of a Report and of a PolicyReport, by their CustomResourceDefinitions. */
    private static final Set<String> REPORT =
            Set.of("apiVersion", "kind", "metadata", "source", "scope", "summary", "results");

    private static final Set<String> RESULT = Set.of(
            "source",
            "policy",
            "category",
            "severity",
            "result",
            "scored",
            "message",
            "resources",
            "properties",
            "timestamp");
    private static final Set<String> OBJECT = Set.of("apiVersion", "kind", "namespace", "name", "uid");
    private static final List<String> OUTCOMES = List.of("pass", "fail", "warn", "error", "skip");

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private ClusterClient client;
    private LiveReports reports;

    @BeforeEach
    void open() throws Exception {
        api.put("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: " + NAME
                + ", uid: role-uid}}");
        for (String namespace : List.of("shop", "pay", "web")) {
            api.put(namespace, Map.of());
        }
        client = new ClusterClient(
                ClusterConfig.find(api.kubeconfig(directory.resolve("kubeconfig"), "auditor"), null),
                Duration.ofSeconds(5));
        for (ReportApi each : ReportApi.values()) {
            ReportDefinitions.define(client, each);
        }
        reports = new LiveReports(client, ReportApi.OPENREPORTS, NAME);
    }

    @AfterEach
    void close() {
        client.close();
        api.close();
    }

    private Written write(Audits audits) {
        return reports.write(audits.result(), ENDED, () -> true);
    }

    private List<String> namespaces() {
        return api.all("reports").stream()
                .map(report -> report.at("/metadata/namespace").asText())
                .sorted()
                .toList();
    }

    private JsonNode report(String namespace) {
        return Objects.requireNonNull(api.find("reports.openreports.io", namespace, NAME), namespace);
    }

    private JsonNode ofCluster() {
        return Objects.requireNonNull(api.find("clusterreports.openreports.io", "", NAME));
    }

    private static List<String> outcomes(JsonNode report) {
        return report.path("results")
                .valueStream()
                .map(each ->
                        each.path("policy").asText() + " " + each.path("result").asText())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void hasTheFieldsOfItsApiAndNoOther(ReportApi each) {
        LiveReports its = new LiveReports(client, each, NAME);
        Audits audits = new Audits()
                .with(
                        "shop",
                        Audits.finding("shop", "a"),
                        Audits.finding("shop", "b", Enforcement.WARN, "", false),
                        Audits.finding("shop", "c", Enforcement.DENY, "administer red", false),
                        Audits.finding("shop", "d", Enforcement.WARN, "", true),
                        Audits.finding("shop", "e", Enforcement.OFF, "", false))
                .with("", Audits.finding("", "f"))
                .unjudged("shop", "Gateway shop/large");
        assertThat(its.write(audits.result(), ENDED, () -> true)).isEqualTo(new Written(2, 0, 0, ""));
        JsonNode report = Objects.requireNonNull(
                api.find(each.namespaced().plural() + "." + each.namespaced().group(), "shop", NAME));
        for (JsonNode one : List.of(report, api.all(each.cluster().plural()).getFirst())) {
            Set<String> fields = names(one);
            assertThat(REPORT).containsAll(fields);
            assertThat(fields.contains("source")).isEqualTo(each == ReportApi.OPENREPORTS);
            assertThat(names(one.path("summary"))).containsExactlyInAnyOrderElementsOf(OUTCOMES);
            assertThat(one.at("/metadata/ownerReferences/0/name").asText()).isEqualTo(NAME);
            for (JsonNode result : one.path("results")) {
                assertThat(RESULT).containsAll(names(result));
                assertThat(OUTCOMES).contains(result.path("result").asText());
                assertThat(result.path("severity").asText()).isIn("critical", "high", "medium", "low", "info");
                assertThat(result.path("properties").valueStream()).allMatch(JsonNode::isTextual);
                result.path("resources").forEach(object -> assertThat(OBJECT).containsAll(names(object)));
            }
        }
        assertThat(outcomes(report))
                .containsExactly(
                        "host-claim fail",
                        "host-claim warn",
                        "host-claim warn",
                        "host-claim skip",
                        "host-claim skip",
                        "audit error");
        assertThat(report.path("summary").toString())
                .isEqualTo("{\"pass\":0,\"fail\":1,\"warn\":2,\"error\":1,\"skip\":2}");
        assertThat(report.at("/results/0/resources/0/uid").asText()).isEqualTo("uid-of-a");
        assertThat(report.at("/results/2/properties/right").asText()).isEqualTo("administer red");
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void onlyWhatDiffersIsWrittenAndWhatEndedIsGone() {
        Audits first = new Audits()
                .with("shop", Audits.finding("shop", "a"))
                .with("pay", Audits.finding("pay", "b"))
                .with("web");
        assertThat(write(first)).isEqualTo(new Written(3, 0, 0, ""));
        assertThat(namespaces()).containsExactly("pay", "shop");
        String version = report("shop").at("/metadata/resourceVersion").asText();

        assertThat(write(first)).as("nothing is new").isEqualTo(new Written(0, 0, 0, ""));
        Audits second = new Audits()
                .with("shop", Audits.finding("shop", "a"))
                .with("pay")
                .with("web", Audits.finding("web", "c"));
        assertThat(write(second)).isEqualTo(new Written(1, 1, 0, ""));
        assertThat(namespaces()).containsExactly("shop", "web");
        assertThat(report("shop").at("/metadata/resourceVersion").asText()).isEqualTo(version);

        ObjectNode altered = report("shop").deepCopy();
        altered.putArray("results");
        api.put(altered.toString());
        assertThat(write(second)).as("put right").isEqualTo(new Written(1, 0, 0, ""));
        assertThat(outcomes(report("shop"))).containsExactly("host-claim fail");
    }

    @Test
    void whatWasNotReadIsNotCalledFine() {
        write(new Audits().with("shop", Audits.finding("shop", "a"), Audits.finding("shop", "b")));
        assertThat(outcomes(ofCluster())).containsExactly("audit pass", "usergroup warn");

        Audits cut = new Audits()
                .with("shop", Audits.finding("shop", "b"))
                .with("pay", Audits.finding("pay", "c"))
                .with("web")
                .unread("cannot list gateways: no answer");
        for (int i = 0; i < 2; i++) {
            write(cut);
            assertThat(outcomes(report("shop"))).containsExactly("host-claim fail", "host-claim fail", "audit error");
            assertThat(report("shop").at("/results/0/resources/0/name").asText())
                    .isEqualTo("b");
            assertThat(report("shop").at("/results/0/properties/seen").isMissingNode())
                    .isTrue();
            assertThat(report("shop").at("/results/1/properties/seen").asText()).isEqualTo("by an earlier audit only");
            assertThat(outcomes(report("pay"))).containsExactly("host-claim fail", "audit error");
        }
        assertThat(write(cut).written()).isZero();
        assertThat(ofCluster().toString()).contains("incomplete", "cannot list gateways: no answer");
        assertThat(outcomes(ofCluster())).containsExactly("audit error", "usergroup warn", "audit error");

        // Not even a namespace in which nothing was found loses its report, nor is a usergroup said to be in order.
        write(new Audits().unread("cannot list gateways: no answer"));
        assertThat(outcomes(report("shop"))).contains("host-claim fail", "audit error");
        assertThat(outcomes(ofCluster())).containsExactly("audit error", "usergroup error", "audit error");

        assertThat(write(new Audits()).deleted()).isEqualTo(2);
        assertThat(namespaces()).isEmpty();
        assertThat(outcomes(ofCluster())).containsExactly("audit pass", "usergroup pass");
    }

    @Test
    void aReportIsBounded() {
        AuditFinding[] many = IntStream.range(0, 300)
                .mapToObj(i -> Audits.finding("shop", "vs-" + i))
                .toArray(AuditFinding[]::new);
        write(new Audits().with("shop", 1_000, many));
        JsonNode results = report("shop").path("results");
        assertThat(results).hasSize(AuditReports.MOST_FINDINGS + 1);
        assertThat(results.get(AuditReports.MOST_FINDINGS).path("message").asText())
                .isEqualTo("900 more findings are not listed here");
        Audits problems = new Audits();
        IntStream.range(0, 60).forEach(i -> problems.unjudged("pay", "Gateway pay/" + i));
        write(problems);
        assertThat(report("pay").path("results")).hasSize(41);
    }

    @Test
    void reportsOfOthersAreLeftAlone() {
        api.put("""
                apiVersion: openreports.io/v1alpha1
                kind: Report
                metadata:
                  name: marchwarden-audit
                  namespace: shop
                  ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: theirs, uid: "1"}]
                """);
        api.put("{apiVersion: openreports.io/v1alpha1, kind: Report, metadata: {name: other, namespace: pay}}");
        Written written =
                write(new Audits().with("shop", Audits.finding("shop", "a")).with("web", Audits.finding("web", "b")));
        assertThat(written.written()).isEqualTo(2);
        assertThat(written.problem()).contains("Report shop/marchwarden-audit belongs to ConfigMap theirs (expected: ");
        assertThat(write(new Audits()).deleted()).isEqualTo(1);
        assertThat(namespaces()).containsExactly("pay", "shop");
    }

    @Test
    void whatCannotBeWrittenIsSaid() {
        Audits audits = new Audits().with("shop", Audits.finding("shop", "a"));
        api.fail(Call.WRITE, "reports", 403);
        assertThat(write(audits).problem()).contains("cannot apply Report shop/marchwarden-audit", "403");
        assertThat(ofCluster()).as("the others are written").isNotNull();
        api.restore(Call.WRITE);
        assertThat(reports.write(audits.result(), ENDED, () -> false)).isEqualTo(new Written(0, 0, 0, ""));
        api.remove("clusterroles", "", NAME);
        assertThat(write(audits).problem())
                .isEqualTo("there is no ClusterRole marchwarden-audit (expected: the one that reports belong to)");
        api.forgetKinds("openreports.io");
        assertThat(write(audits).problem())
                .isEqualTo("the API server does not serve openreports.io/v1alpha1 Report"
                        + " (expected: its CustomResourceDefinition in the cluster, or no reports)");
    }
}
