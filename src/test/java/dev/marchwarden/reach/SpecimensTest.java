package dev.marchwarden.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SpecimensTest {
    private static final String VALUE = "value-of-the-row";

    /** Each row, read back from its specimen: the reader finds this value there and nothing that it does not know. */
    @TestFactory
    Stream<DynamicNode> everyRowIsReadBack() {
        return ReachTable.shipped().kinds().stream()
                .map(kind -> DynamicTest.dynamicTest(
                        kind.toString(), () -> assertThat(kind.rows()).allSatisfy(row -> isReadBack(kind, row))));
    }

    private static void isReadBack(KindTable kind, ReachRow row) throws IOException {
        String name = Specimens.nameOfItem(row);
        String value = name == null ? VALUE : name;
        ObjectReach reach = read(kind, Specimens.of(kind, "v1", row, "app-ns-1", value));
        assertThat(reach.problem()).as(row.path()).isNull();
        assertThat(reach.unclassified()).as(row.path()).isEmpty();
        if (row.reach() == Reach.INERT) {
            assertThat(written(reach))
                    .as(row.path())
                    .hasSize(Specimens.companions(row).size());
            return;
        }
        assertThat(reach.leaves())
                .as(row.path())
                .filteredOn(leaf -> leaf.row().equals(row))
                .singleElement()
                .satisfies(leaf -> {
                    assertThat(leaf.path()).isEqualTo(Specimens.concrete(row));
                    if (!row.path().endsWith("**")) {
                        assertThat(leaf.value()).isEqualTo(value);
                    }
                });
        assertThat(written(reach)).hasSize(1 + Specimens.companions(row).size());
    }

    private static List<Leaf> written(ObjectReach reach) {
        return reach.leaves().stream().filter(leaf -> !leaf.isUnset()).toList();
    }

    @Test
    void companionsStandBeside() {
        KindTable kind = ReachTableTest.kind("security.istio.io", "AuthorizationPolicy");
        ReachRow row = row(kind, "spec.rules[].when[].values[]");
        assertThat(Specimens.of(kind, "v1beta1", row, "app-ns-1", "app-ns-2")).hasToString("""
                {"apiVersion":"security.istio.io/v1beta1","kind":"AuthorizationPolicy",\
                "metadata":{"name":"specimen","namespace":"app-ns-1"},\
                "spec":{"rules":[{"when":[{"key":"source.namespace","values":["app-ns-2"]}]}]}}""");
    }

    static ReachRow row(KindTable kind, String path) {
        return kind.rows().stream()
                .filter(row -> row.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static ObjectReach read(KindTable kind, ObjectNode object) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(object.toString())) {
            return ReachReaderTest.read(kind, parser);
        }
    }
}
