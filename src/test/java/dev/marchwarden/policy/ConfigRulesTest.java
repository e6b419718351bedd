package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.policy.ConfigTable.Row;
import dev.marchwarden.policy.config.ConfigRules;
import dev.marchwarden.tenancy.RuleName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules about configuration, by the tables of {@code test-fixtures/policy/config}. */
class ConfigRulesTest {
    static List<Row> rows() throws Exception {
        return ConfigTable.all();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void decides(Row row) {
        assertThat(row.decision()).isEqualTo(row.expected());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void explainsInOnePrintableLine(Row row) {
        assertThat(row.outcome().findings().findings())
                .allSatisfy(finding -> assertThat(finding.violation().explanation())
                        .startsWith(finding.violation().rule() + ": ")
                        .matches("[ -~]+")
                        .contains(", expected ", ". Fix: ")
                        .hasSizeLessThan(1000));
    }

    /** JSON has no order; the API server's happens to tell the kind first. */
    @ParameterizedTest
    @MethodSource("rows")
    void decidesTheSameWhereTheObjectComesBeforeItsKind(Row row) {
        Outcome outcome = row.review().objectsFirst().decide(row.policy(), row.cluster(), row.rights());
        assertThat(outcome.findings()).isEqualTo(row.outcome().findings());
        assertThat(outcome.problem()).isEqualTo(row.outcome().problem());
    }

    /** Old sins are sins of today: what is denied as new is standing where it was there already and nothing is changed but a label. */
    @ParameterizedTest
    @MethodSource("rows")
    void deniesNobodyForALabelOfTheirOwn(Row row) {
        JsonNode object = row.after();
        if (object == null || row.outcome().problem() != null) {
            return;
        }
        ObjectNode labelled = object.deepCopy();
        ObjectNode metadata = (ObjectNode) labelled.path("metadata");
        metadata.withObject("/labels").put("team", "x");
        Outcome outcome =
                ObjectReview.of(object, labelled, row.user()).decide(row.policy(), row.cluster(), row.rights());
        assertThat(outcome.verdict()).isNotIn(Verdict.DENIED, Verdict.ERROR);
    }

    @Test
    void everyRuleHasATableOfWhatItDeniesAndWhatPasses() throws Exception {
        for (ObjectRule rule : ConfigRules.ALL) {
            String found = rule.name() == RuleName.CONFIG_OUTSIDE_MESH ? "WARNED " : "DENIED ";
            assertThat(ConfigTable.rows(ConfigTable.ROOT.resolve(rule.name() + ".table")))
                    .extracting(Row::expected)
                    .contains("ALLOWED")
                    .anyMatch(expected -> expected.startsWith(found + rule.name()));
        }
    }
}
