package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.reach.Inventory;
import dev.marchwarden.reach.Judged;
import dev.marchwarden.reach.JudgedTable;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachRow;
import dev.marchwarden.tools.GoldenFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A real istiod is asked what each row of the reach table does; what it says is committed, and {@code JudgedTableTest} holds the table to it. */
class ReachJudgedClusterIT {
    /** Kinds, with commas between; none: all. */
    private static final String KINDS = System.getProperty("judged.kinds", "");

    @Test
    void istiodSaysWhatIsCommitted() throws Exception {
        try (IstioMeshes meshes = IstioMeshes.open("judged")) {
            Inventory release = IstioRelease.require().inventory();
            ReachJudge judge = new ReachJudge(meshes, release);
            Map<String, List<Judged>> kinds = new LinkedHashMap<>();
            for (KindTable kind : JudgedTable.judgedKinds().toList()) {
                if (!KINDS.isEmpty() && !Set.of(KINDS.split(",")).contains(kind.kind())) {
                    continue;
                }
                List<Judged> rows = new ArrayList<>();
                for (ReachRow row : kind.rows()) {
                    Judged judged = judge.judge(kind, row);
                    System.out.println(kind.kind() + " " + judged);
                    rows.add(judged);
                }
                kinds.put(kind.toString(), rows);
            }
            assertThat(kinds).isNotEmpty();
            JudgedTable table = JudgedTable.committed(meshes.istioVersion()).with(kinds);
            List<Judged> all = kinds.values().stream().flatMap(List::stream).toList();
            List<Judged> less = kinds.entrySet().stream()
                    .flatMap(kind -> kind.getValue().stream()
                            .filter(row -> !Objects.requireNonNull(table.kinds().get(kind.getKey()))
                                    .contains(row)))
                    .toList();
            System.out.println("rows of which this run saw less than another: " + less);
            assertThat(less).as("a few, or the proxies are not told").hasSizeLessThan(1 + all.size() / 50);
            Files.writeString(meshes.directory().resolve(table.fileName()), table.text());
            GoldenFile.holds(JudgedTable.ROOT.resolve(table.fileName()), table.text());
        }
    }
}
