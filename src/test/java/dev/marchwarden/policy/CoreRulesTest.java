package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.admission.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules about objects of Kubernetes itself, by {@code test-fixtures/policy/core/objects.table}. */
class CoreRulesTest {
    private static final Policy POLICY = WorkloadReview.policy();
    private static final Namespaces NAMESPACES = WorkloadReview.namespaces(POLICY);

    record Row(int line, String author, JsonNode object, String expected) {
        @Override
        public String toString() {
            return line + ": " + author + " " + expected;
        }
    }

    static List<Row> rows() throws IOException {
        List<String> lines = Files.readAllLines(NamespaceTable.ROOT.resolve("core/objects.table"));
        return IntStream.range(1, lines.size())
                .mapToObj(i -> row(i + 1, NamespaceTable.cells(lines.get(i))))
                .toList();
    }

    private static Row row(int line, List<String> cells) {
        return new Row(line, cells.get(0), WorkloadReview.yaml(cells.get(1)), cells.get(2));
    }

    private static Outcome decide(@Nullable JsonNode before, @Nullable JsonNode after, String author) {
        return ObjectReview.decide(
                ObjectReview.of(before, after, new User(author, List.of())).bytes(),
                POLICY,
                NAMESPACES,
                Rights.TENANCY_ONLY);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void decides(Row row) {
        Outcome outcome = decide(null, row.object(), row.author());
        assertThat(outcome.problem()).isNull();
        assertThat(WorkloadReview.shown(outcome, "")).isEqualTo(row.expected());
    }

    /** What a control plane runs by can be taken away too. */
    @Test
    void inputsOfAControlPlaneAreDeletedByMeshAdminsOnly() {
        JsonNode secret =
                WorkloadReview.yaml("{apiVersion: v1, kind: Secret, metadata: {name: cacerts, namespace: red-system}}");
        assertThat(decide(secret, null, "somebody").verdict()).isEqualTo(Verdict.DENIED);
        assertThat(decide(secret, null, "system:serviceaccount:red-system:istiod-red-1")
                        .verdict())
                .isEqualTo(Verdict.ALLOWED);
    }

    /** istiod takes addresses from the status of a ServiceEntry; those of its own ranges lead nowhere else. */
    @Test
    void theStatusOfAServiceEntryIsJudgedAsItsAddresses() {
        String entry =
                "{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: a, namespace: red-app},"
                        + " spec: {hosts: [x.example.com], ports: [{number: 443, name: t, protocol: TLS}], resolution: STATIC,"
                        + " endpoints: [{address: 192.0.2.66}]}%s}";
        JsonNode before = WorkloadReview.yaml(entry.formatted(""));
        JsonNode own = WorkloadReview.yaml(
                entry.formatted(", status: {addresses: [{host: x.example.com, value: 240.240.0.1}]}"));
        JsonNode foreign =
                WorkloadReview.yaml(entry.formatted(", status: {addresses: [{host: x.example.com, value: 10.0.0.1}]}"));
        assertThat(WorkloadReview.shown(decide(before, own, "somebody"), "")).isEqualTo("ALLOWED");
        assertThat(WorkloadReview.shown(decide(before, foreign, "somebody"), ""))
                .isEqualTo("DENIED foreign-address status.addresses[0].value");
    }
}
