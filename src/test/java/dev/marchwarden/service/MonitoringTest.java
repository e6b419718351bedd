package dev.marchwarden.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.Timing;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.TlsEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart's alerts and its dashboard ask Prometheus for is there to be asked for, and each alert is explained. */
class MonitoringTest {
    private static final Path RENDERED = Path.of("test-fixtures/chart/golden/fallback.yaml");
    private static final Path DASHBOARD = Path.of("charts/marchwarden/dashboards/marchwarden.json");
    private static final Path OPERATIONS = Path.of("docs/operations.md");

    /** Of the API server and of Prometheus itself. */
    private static final Set<String> OF_OTHERS = Set.of(
            "up",
            "apiserver_admission_match_condition_evaluation_errors_total",
            "apiserver_admission_webhook_admission_duration_seconds_bucket",
            "apiserver_admission_webhook_fail_open_count",
            "apiserver_admission_webhook_rejection_count");

    /** Of what the pod that leads keeps and finds: certificates, policies, audits; no service over files has it. */
    private static final Set<String> OF_LEADING = Set.of(
            "marchwarden_audit_duration_seconds",
            "marchwarden_audit_incomplete",
            "marchwarden_audit_last_timestamp_seconds",
            "marchwarden_audit_reports_behind",
            "marchwarden_audit_violations",
            "marchwarden_ca_expiry_timestamp_seconds",
            "marchwarden_certificate_leader",
            "marchwarden_twin_behind",
            "marchwarden_webhooks_pending");

    private static final Pattern METRIC = Pattern.compile("\\b(up|(?:marchwarden|apiserver|jvm)_[a-z0-9_]+)\\{");

    @TempDir
    private Path directory;

    private static List<JsonNode> rules() throws Exception {
        try (MappingIterator<JsonNode> documents =
                new YAMLMapper().readerFor(JsonNode.class).readValues(Files.readString(RENDERED))) {
            JsonNode rule = documents.readAll().stream()
                    .filter(object -> object.path("kind").asText().equals("PrometheusRule"))
                    .findFirst()
                    .orElseThrow();
            assertThat(rule.path("apiVersion").asText()).isEqualTo("monitoring.coreos.com/v1");
            assertThat(rule.at("/spec/groups")).hasSize(1);
            return rule.at("/spec/groups/0/rules").valueStream().toList();
        }
    }

    private static List<String> panels() throws Exception {
        List<String> expressions = new ArrayList<>();
        JsonNode dashboard = new ObjectMapper().readTree(Files.readString(DASHBOARD));
        for (JsonNode panel : dashboard.path("panels")) {
            panel.path("targets")
                    .forEach(target -> expressions.add(target.path("expr").asText()));
        }
        return expressions;
    }

    private static Set<String> metrics(Stream<String> expressions) {
        return expressions
                .flatMap(expression -> METRIC.matcher(expression).results())
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void onlyWhatIsMeasuredIsAskedFor() throws Exception {
        Set<String> asked = metrics(
                Stream.concat(rules().stream().map(rule -> rule.path("expr").asText()), panels().stream()));
        assertThat(asked).hasSizeGreaterThan(20);
        asked.removeAll(OF_OTHERS);
        asked.removeAll(OF_LEADING);
        assertThat(exposed()).containsAll(asked);
    }

    /** All that {@code /metrics} has, over files and over a cluster. */
    private Set<String> exposed() throws Exception {
        String text;
        try (RunningService service = new RunningService(directory.resolve("service"), TlsEngine.best())) {
            for (RecordedReview review : RecordedReview.all()) {
                service.client().validate(review.body());
            }
            text = service.ops().get("/metrics").text();
        }
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: a, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: a, context: {cluster: a, user: a}}]
                users: [{name: a, user: {token: a}}]
                current-context: a
                """);
        try (Metrics metrics = new Metrics();
                LiveCluster cluster = new LiveCluster(
                        new BackgroundTasks(),
                        new ApiServer(ClusterConfig.ofKubeconfig(kubeconfig)),
                        "usergroup",
                        Timing.DEFAULT)) {
            ClusterMetrics.register(metrics, cluster);
            text += metrics.scrape();
        }
        return Pattern.compile("(?m)^[a-z_]+(?=[{ ])")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void anExpressionOfOursIsOfThisReleaseOnly() throws Exception {
        assertThat(rules()).allSatisfy(rule -> {
            String expression = rule.path("expr").asText();
            assertThat(METRIC.matcher(expression)
                            .results()
                            .filter(match -> !match.group(1).startsWith("apiserver_")))
                    .allSatisfy(match -> assertThat(expression.substring(match.end()))
                            .startsWith("namespace=\"marchwarden-system\",job=\"marchwarden-metrics\""));
            assertThat(METRIC.matcher(expression)
                            .results()
                            .filter(match -> match.group(1).startsWith("apiserver_")))
                    .allSatisfy(match -> assertThat(expression.substring(match.end()))
                            .startsWith("name=~\".+[.]marchwarden[.]dev\""));
        });
    }

    @Test
    void everyAlertSaysWhatItMeansAndWhatToDo() throws Exception {
        Set<String> sections = Files.readAllLines(OPERATIONS).stream()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .collect(Collectors.toSet());
        List<String> alerts = new ArrayList<>();
        for (JsonNode rule : rules()) {
            String alert = rule.path("alert").asText();
            alerts.add(alert);
            assertThat(sections).contains(alert);
            assertThat(rule.at("/annotations/runbook_url").asText())
                    .isEqualTo("docs/operations.md#" + alert.toLowerCase(Locale.ROOT));
            assertThat(rule.at("/annotations/summary").asText()).endsWith(".");
            assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info");
            assertThat(rule.path("for").asText()).matches("[0-9]+[mh]");
        }
        assertThat(alerts).doesNotHaveDuplicates().hasSizeGreaterThan(15);
        assertThat(sections.stream().filter(section -> section.matches("Marchwarden[A-Z]\\w+")))
                .containsExactlyInAnyOrderElementsOf(alerts);
    }

    /** Brackets that do not match, and a selector that is not closed, are what a person who edits them gets wrong. */
    @Test
    void everyExpressionIsWhole() throws Exception {
        Stream.concat(rules().stream().map(rule -> rule.path("expr").asText()), panels().stream())
                .forEach(expression -> {
                    String bare = expression.replaceAll("\"[^\"]*\"", "");
                    assertThat(bare).doesNotContain("\"", "{{", "SEL");
                    for (String pair : List.of("()", "{}", "[]")) {
                        assertThat(count(bare, pair.charAt(0))).as(expression).isEqualTo(count(bare, pair.charAt(1)));
                    }
                });
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(character -> character == wanted).count();
    }

    @Test
    void panelsShareNoPlaceAndHaveASource() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(Files.readString(DASHBOARD));
        Set<String> taken = new TreeSet<>();
        assertThat(dashboard.path("panels")).hasSizeGreaterThan(20).allSatisfy(panel -> {
            JsonNode place = panel.path("gridPos");
            int right = place.path("x").asInt() + place.path("w").asInt();
            assertThat(right).isLessThanOrEqualTo(24);
            for (int x = place.path("x").asInt(); x < right; x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    assertThat(taken.add(x + "," + (place.path("y").asInt() + y)))
                            .as(panel.path("title").asText())
                            .isTrue();
                }
            }
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                assertThat(panel.path("description").asText()).isNotEmpty();
                assertThat(panel.path("targets")).isNotEmpty();
            }
        });
        assertThat(dashboard.at("/templating/list"))
                .extracting(each -> each.path("name").asText())
                .containsExactly("datasource", "namespace", "job");
    }
}
