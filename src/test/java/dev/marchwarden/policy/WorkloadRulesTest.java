package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.policy.WorkloadReview.Place;
import dev.marchwarden.policy.workload.WorkloadRules;
import dev.marchwarden.tenancy.Enforcement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules about workloads, by the tables and objects of {@code test-fixtures/policy/workloads}. */
class WorkloadRulesTest {
    private static final Path DIRECTORY = NamespaceTable.ROOT.resolve("workloads");
    private static final Policy POLICY = WorkloadReview.policy();
    private static final Namespaces NAMESPACES = WorkloadReview.namespaces(POLICY);

    /** A line of a table, at one place. */
    record Row(String line, String namespace, Place place, JsonNode pod, String expected) {
        ObjectNode object() {
            return place.object(namespace, pod);
        }

        @Override
        public String toString() {
            return line + " as " + place + ": " + expected;
        }
    }

    private static @Nullable List<Row> all;

    /** Read once, for every test asks for them again. */
    static synchronized List<Row> rows() throws IOException {
        List<Row> read = all;
        if (read == null) {
            read = List.copyOf(readAll());
            all = read;
        }
        return read;
    }

    private static List<Row> readAll() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Path file : files(DIRECTORY, ".table")) {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                rows.addAll(rows(file.getFileName() + ":" + number, NamespaceTable.cells(line)));
            }
        }
        return rows;
    }

    private static List<Row> rows(String line, List<String> cells) {
        String places = cells.get(1);
        String text = cells.get(2);
        JsonNode pod = WorkloadReview.yaml(text.startsWith("{") ? text : "{" + text + "}");
        return WorkloadReview.PLACES.stream()
                .filter(place -> places.equals("any") || places.equals("pod") == place.isPod())
                .map(place -> new Row(line, cells.get(0), place, pod, cells.get(3)))
                .toList();
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private static Outcome outcome(@Nullable JsonNode before, JsonNode after) {
        return WorkloadReview.send(POLICY, NAMESPACES, before, after);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void decides(Row row) {
        assertThat(WorkloadReview.shown(outcome(null, row.object()), row.place().prefix()))
                .isEqualTo(row.expected());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsLeftAloneIsNotDenied(Row row) {
        ObjectNode after = row.object();
        after.withObjectProperty("metadata").putObject("labels").put("unrelated", "edit");
        ObjectNode before = row.object();
        before.withObjectProperty("metadata").remove("labels");
        if (row.place().isPod()) {
            after = row.object();
            before = row.object();
            after.putObject("status").put("phase", "Running");
        }
        assertThat(outcome(before, after).findings().findings()).allSatisfy(finding -> {
            assertThat(finding.standing()).isTrue();
            assertThat(finding.enforcement()).isEqualTo(Enforcement.WARN);
        });
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsBroughtInIsJudged(Row row) {
        ObjectNode before = row.place().object(row.namespace(), WorkloadReview.yaml("{}"));
        assertThat(WorkloadReview.shown(
                        outcome(before, row.object()), row.place().prefix()))
                .isEqualTo(row.expected());
    }

    /** And tells of no usergroup but the own one, unless the author named it. */
    @ParameterizedTest
    @MethodSource("rows")
    void explainsInOnePrintableLine(Row row) {
        String written = row.object().toString();
        assertThat(outcome(null, row.object()).findings().findings())
                .extracting(finding -> finding.violation().explanation())
                .allSatisfy(line -> {
                    assertThat(line)
                            .startsWith(row.expected().split(" ", -1)[1] + ": "
                                    + row.place().prefix())
                            .matches("[ -~]+")
                            .contains(", expected ", ". Fix: ")
                            .hasSizeLessThan(1000);
                    if (!written.contains("blue")) {
                        assertThat(line).doesNotContain("blue");
                    }
                });
    }

    /** What is somebody else's and what is nobody's are told in the same words. */
    @Test
    void foreignAndUnknownSoundTheSame() {
        for (String pod : List.of(
                "{metadata: {labels: {istio.io/rev: blue}}}",
                "{metadata: {annotations: {istio.io/rev: blue}}}",
                "{metadata: {annotations: {proxy.istio.io/config: 'discoveryAddress: istiod.blue.svc'}}}",
                "{metadata: {annotations: {proxy.istio.io/config: 'statsdUdpAddress: x.blue.svc'}}}")) {
            assertThat(words(pod.replace("blue", "nobodys")))
                    .isEqualTo(words(pod).replace("blue", "nobodys"));
        }
    }

    private static String words(String pod) {
        ObjectNode object = WorkloadReview.PLACES.getFirst().object("red-app", WorkloadReview.yaml(pod));
        return outcome(null, object)
                .findings()
                .findings()
                .getFirst()
                .violation()
                .explanation();
    }

    @Test
    void everyRuleHasATableOfWhatItFindsAndWhatPasses() throws IOException {
        for (ObjectRule rule : WorkloadRules.ALL) {
            List<String> expected = Files.readAllLines(DIRECTORY.resolve(rule.name() + ".table")).stream()
                    .map(line -> NamespaceTable.cells(line).get(3))
                    .toList();
            assertThat(expected).contains("ALLOWED").anyMatch(cell -> cell.contains(" " + rule.name() + " "));
        }
    }

    /** In a mesh of several networks the injector labels pods; nobody labels them afterwards. */
    @Test
    void theNetworkOfARunningPodStays() {
        String pod =
                "{metadata: {labels: {app: a%s}, annotations: {sidecar.istio.io/status: '{\"revision\":\"red-1\"}'}}}";
        Place place = WorkloadReview.PLACES.getFirst();
        ObjectNode without = place.object("red-app", WorkloadReview.yaml(pod.formatted("")));
        ObjectNode with = place.object("red-app", WorkloadReview.yaml(pod.formatted(", topology.istio.io/network: n")));
        ObjectNode other =
                place.object("red-app", WorkloadReview.yaml(pod.formatted(", topology.istio.io/network: m")));
        assertThat(outcome(null, with).verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(outcome(with, with).verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(outcome(without, with).verdict()).isEqualTo(Verdict.DENIED);
        assertThat(outcome(with, other).verdict()).isEqualTo(Verdict.DENIED);
    }

    /** Labels and annotations can be forged. */
    @Test
    void whatLooksAsIfIstiodHadDeployedItCountsAsSuchByIstiodOnly() throws IOException {
        ObjectNode forged =
                (ObjectNode) WorkloadReview.yaml(Files.readString(DIRECTORY.resolve("objects/gateway-api.yaml")));
        assertThat(outcome(null, forged).verdict()).isEqualTo(Verdict.ALLOWED);
        forged.withObjectProperty("metadata").put("namespace", "red-bare");
        assertThat(WorkloadReview.send(POLICY, NAMESPACES, null, forged, "system:serviceaccount:blue:istiod-blue")
                        .verdict())
                .isEqualTo(Verdict.DENIED);
        assertThat(WorkloadReview.send(POLICY, NAMESPACES, null, forged, "alice")
                        .verdict())
                .isEqualTo(Verdict.DENIED);
        assertThat(WorkloadReview.send(
                                POLICY,
                                NAMESPACES,
                                null,
                                forged,
                                "system:serviceaccount:kube-system:deployment-controller")
                        .verdict())
                .isEqualTo(Verdict.ALLOWED);
    }

    /** Whatever its annotation says. */
    @Test
    void whatNoInjectorLooksAtWasNotInjected() {
        String pod =
                "{metadata: {annotations: {sidecar.istio.io/status: '{\"revision\":\"red-1\"}'%s}}, spec: {%scontainers:"
                        + " [{name: istio-proxy, image: proxyv2}]}}";
        for (String text : List.of(
                pod.formatted(", sidecar.istio.io/inject: \"false\"", ""), pod.formatted("", "hostNetwork: true, "))) {
            ObjectNode object = WorkloadReview.PLACES.getFirst().object("red-app", WorkloadReview.yaml(text));
            assertThat(WorkloadReview.shown(outcome(null, object), ""))
                    .startsWith("DENIED injection-opt-out ")
                    .endsWith("; proxy-override spec.containers[0].image");
        }
    }

    /** The template was judged when it was written; where its proxy leads is judged again. */
    @Test
    void whatAControllerMakesOfATemplateMustLeadHome() {
        String pod = "{spec: {containers: [{name: istio-proxy, image: proxyv2, args: [proxy],"
                + " env: [{name: CA_ADDR, value: 'istiod.%s.svc:15012'}]}]}}";
        assertThat(byControllerAndByAlice(pod.formatted("red-system")))
                .containsExactly(Verdict.ALLOWED, Verdict.DENIED);
        assertThat(byControllerAndByAlice(pod.formatted("blue"))).containsExactly(Verdict.DENIED, Verdict.DENIED);
    }

    private static List<Verdict> byControllerAndByAlice(String pod) {
        ObjectNode object = WorkloadReview.PLACES.getFirst().object("red-app", WorkloadReview.yaml(pod));
        return Stream.of("system:serviceaccount:kube-system:replicaset-controller", "alice")
                .map(author -> WorkloadReview.send(POLICY, NAMESPACES, null, object, author)
                        .verdict())
                .toList();
    }

    static List<Path> objects() throws IOException {
        return files(DIRECTORY.resolve("objects"), ".yaml");
    }

    /** Objects as Istio and its charts make them; their first line says what is expected of them. */
    @ParameterizedTest
    @MethodSource("objects")
    void decidesWholeObjects(Path file) throws IOException {
        String text = Files.readString(file);
        assertThat("# " + WorkloadReview.shown(outcome(null, WorkloadReview.yaml(text)), ""))
                .isEqualTo(text.lines().findFirst().orElseThrow());
    }

    /** In another usergroup's namespace the same is wrong. */
    @ParameterizedTest
    @MethodSource("objects")
    void refusesWholeObjectsElsewhere(Path file) throws IOException {
        String text = Files.readString(file).replaceAll("namespace: red-(app|system)", "namespace: blue-app");
        assertThat(outcome(null, WorkloadReview.yaml(text)).verdict()).isEqualTo(Verdict.DENIED);
    }
}
