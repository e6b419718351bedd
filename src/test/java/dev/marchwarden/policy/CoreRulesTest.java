package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.admission.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules about objects of Kubernetes itself, by {@code test-fixtures/policy/core/objects.table}. */
class CoreRulesTest {
    private static final Policy POLICY = WorkloadReview.policy();
    private static final Namespaces NAMESPACES = WorkloadReview.namespaces(POLICY);

    record Row(
            int line,
            String author,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            String expected) {
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
        String[] states = cells.get(1).split(" => ");
        return new Row(
                line,
                cells.get(0),
                states.length == 1 ? null : WorkloadReview.yaml(states[0]),
                states[states.length - 1].equals("gone") ? null : WorkloadReview.yaml(states[states.length - 1]),
                cells.get(2));
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
        Outcome outcome = decide(row.before(), row.after(), row.author());
        assertThat(outcome.problem()).isNull();
        assertThat(WorkloadReview.shown(outcome, "")).isEqualTo(row.expected());
    }
}
