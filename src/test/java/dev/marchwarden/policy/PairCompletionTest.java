package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.policy.NamespaceTable.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PairCompletionTest {
    static List<Row> rows() throws Exception {
        return NamespaceTable.rows(NamespaceTable.ROOT.resolve("completion.table"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void completes(Row row) {
        Map<String, String> expected =
                NamespaceTable.labels(row.expected(), row.policy().tenancy().usergroupLabel());
        assertThat(row.policy().complete(row.change())).isEqualTo(expected);
    }

    /** API servers call mutating webhooks again when another one changed the object after us. */
    @ParameterizedTest
    @MethodSource("rows")
    void leavesACompletedPairAlone(Row row) {
        NamespaceChange change = row.change();
        NamespaceState after = change.after();
        if (after == null) {
            return;
        }
        Map<String, String> labels = new HashMap<>(after.labels());
        labels.putAll(row.policy().complete(change));
        NamespaceChange again = new NamespaceChange(
                change.operation(),
                change.name(),
                change.subresource(),
                change.user(),
                change.before(),
                new NamespaceState(after.name(), labels, after.terminating()));
        assertThat(row.policy().complete(again)).isEmpty();
    }
}
