package dev.marchwarden.reachability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.GoldenFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The model's verdict beside the policy's on the manifests of {@code test-fixtures/policy/border}. */
class BorderModelTest {
    private static final Path BORDER = Path.of("test-fixtures/policy/border");
    private static final Path EXPECTED = Path.of("test-fixtures/reachability/border.table");

    @Test
    void eachCaseIsJudgedBesideThePolicy() throws Exception {
        Tenancy tenancy = TenancyFile.read(BORDER.resolve("tenancy.yaml"));
        ManifestReader reader = new ManifestReader(InputStream.nullInputStream());
        List<Manifest> namespaces = reader.read(
                List.of(BORDER.resolve("namespaces.yaml"), Path.of("test-fixtures/reachability/border-strict.yaml")));
        Map<String, String> reasons = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("test-fixtures/reachability/border-reasons.table"))) {
            String[] cells = line.split("\\|", 2);
            if (cells.length == 2) {
                reasons.put(cells[0].strip(), cells[1].strip());
            }
        }
        StringBuilder table = new StringBuilder(
                "# File, what the policy says, and what the model does: who reaches whom, or none.\n");
        for (String line : Files.readAllLines(BORDER.resolve("expected.table"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length < 3 || !cells[0].strip().endsWith(".yaml")) {
                continue;
            }
            String file = cells[0].strip();
            List<Manifest> all = new ArrayList<>(namespaces);
            all.addAll(reader.read(List.of(BORDER.resolve(file))));
            ReachabilityProof proof = ReachabilityProof.of(tenancy, new ClusterObjects(all, "default", false), false);
            assertThat(proof.isNone() || !file.startsWith("clean/"))
                    .as(file + " " + proof.openings())
                    .isTrue();
            String ways = proof.openings().stream()
                    .map(opening -> opening.from() + " > " + opening.to() + " [" + opening.rule() + "]")
                    .collect(Collectors.toCollection(TreeSet::new))
                    .stream()
                    .collect(Collectors.joining(", "));
            boolean stricter = file.startsWith("cross/") && proof.isNone();
            assertThat(reasons.remove(file) != null).as("a reason for " + file).isEqualTo(stricter);
            table.append("%-50s | %-7s | %s%n".formatted(file, cells[1].strip(), ways.isEmpty() ? "none" : ways));
        }
        assertThat(reasons).isEmpty();
        GoldenFile.holds(EXPECTED, table.toString());
    }
}
