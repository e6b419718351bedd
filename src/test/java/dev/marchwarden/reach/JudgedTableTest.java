package dev.marchwarden.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.reach.Judged.Towards;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the reach table to what a real istiod made of it. */
class JudgedTableTest {
    @TestFactory
    Stream<DynamicTest> eachRowIsAsIstiodHasIt() throws IOException {
        List<JudgedTable> tables = JudgedTable.committed();
        assertThat(tables).isNotEmpty();
        return tables.stream()
                .flatMap(table -> JudgedTable.judgedKinds()
                        .map(kind -> DynamicTest.dynamicTest(
                                table.istio() + " " + kind,
                                () -> assertThat(contradictions(
                                                kind.rows(), table.kinds().getOrDefault(kind.toString(), List.of())))
                                        .as("rows of %s that istiod contradicts", kind)
                                        .isEmpty())));
    }

    /** A row that says that it reaches nothing must have been judged, with the reach that it has now, and have reached nothing. */
    private static List<String> contradictions(List<ReachRow> rows, List<Judged> judged) {
        List<String> wrong = new ArrayList<>();
        List<Judged> left = new ArrayList<>(judged);
        for (ReachRow row : rows) {
            Judged its = judged.stream()
                    .filter(one -> one.path().equals(row.path()))
                    .findFirst()
                    .orElse(null);
            left.remove(its);
            if (its == null) {
                wrong.add(row + ": not judged");
            } else if (!its.claim().equals(Judged.claim(row))) {
                wrong.add(row + ": was judged as " + its.claim());
            } else if (!row.reach().crosses() && its.widest().compareTo(its.allowed()) > 0) {
                wrong.add(row + ": reached " + its.widest());
            }
        }
        left.forEach(one -> wrong.add(one.path() + ": judged, and no row"));
        return wrong;
    }

    @Test
    void aRowThatIstiodContradictsIsNamed() {
        ReachRow inert = new ReachRow("spec.a", Reach.INERT, false, null, "");
        ReachRow host = new ReachRow("spec.b", Reach.HOST, false, null, "");
        List<ReachRow> rows = List.of(inert, host);
        Judged far = Judged.read("  spec.b host own=own near=usergroup far=across");
        assertThat(contradictions(rows, List.of(Judged.read("  spec.a inert any=own"), far)))
                .isEmpty();
        assertThat(contradictions(rows, List.of(Judged.read("  spec.a inert any=across"), far)))
                .containsExactly("spec.a inert: reached across");
        assertThat(contradictions(rows, List.of(Judged.read("  spec.a inert any=usergroup # clients"), far)))
                .isEmpty();
        assertThat(contradictions(rows, List.of(Judged.read("  spec.a inert any=across # clients"), far)))
                .containsExactly("spec.a inert: reached across");
        assertThat(contradictions(rows, List.of(Judged.read("  spec.a context any=own"), far)))
                .containsExactly("spec.a inert: was judged as context");
        assertThat(contradictions(List.of(inert), List.of(far)))
                .containsExactly("spec.a inert: not judged", "spec.b: judged, and no row");
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        for (JudgedTable table : JudgedTable.committed()) {
            assertThat(JudgedTable.read(table.text().lines().toList())).isEqualTo(table);
        }
        Judged unjudged = new Judged("spec.a", "!host", Map.of(), "a reason");
        assertThat(Judged.read("  " + unjudged)).isEqualTo(unjudged);
        Judged judged = new Judged("spec.a", "host", Map.of(Towards.NEAR, Effect.USERGROUP), null);
        assertThat(Judged.read("  " + judged)).isEqualTo(judged);
    }

    @Test
    void aRunThatSawLessTakesNothingAway() {
        JudgedTable committed =
                table("spec.a host own=own near=usergroup far=own", "spec.b host own=nothing far=refused");
        String seen = committed
                .with(table("spec.a host own=nothing near=usergroup far=across", "spec.b host own=own far=nothing")
                        .kinds())
                .text();
        assertThat(seen).contains("spec.a host own=own near=usergroup far=across", "spec.b host own=own far=nothing");
        assertThat(committed
                        .with(table("spec.a context own=nothing", "spec.b host own=refused far=refused")
                                .kinds())
                        .text())
                .contains("spec.a context own=nothing", "spec.b host own=nothing far=refused");
        JudgedTable told = table("spec.a inert any=usergroup # clients");
        assertThat(told.with(table("spec.a inert any=nothing").kinds()).text())
                .contains("spec.a inert any=usergroup # clients");
    }

    private static JudgedTable table(String... rows) {
        return new JudgedTable(
                "1.99.0",
                Map.of(
                        JudgedTable.judgedKinds().findFirst().orElseThrow().toString(),
                        Stream.of(rows).map(Judged::read).toList()));
    }

    @Test
    void eachObjectIsForARow() {
        assertThat(JudgedObject.unused(JudgedTable.judgedKinds().toList())).isEmpty();
    }

    @Test
    void fileNamesSayTheVersion() throws IOException {
        for (JudgedTable table : JudgedTable.committed()) {
            assertThat(Files.exists(JudgedTable.ROOT.resolve(table.fileName())))
                    .as(table.fileName())
                    .isTrue();
        }
    }
}
