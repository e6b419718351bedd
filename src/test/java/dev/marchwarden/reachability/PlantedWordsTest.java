package dev.marchwarden.reachability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.reach.ReachRow;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.reachability.model.OpenPath;
import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.GoldenFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That for each word of the reach table a crossing is planted which the model finds by a field of that word, or a reason why it opens nothing. */
class PlantedWordsTest {
    private static final Path ROOT = Path.of("test-fixtures/reachability");
    private static final Path BORDER = Path.of("test-fixtures/policy/border");
    private static final Path EXPECTED = ROOT.resolve("words.table");

    @Test
    void eachWordOfTheReachTableIsPlantedOrOpensNothing() throws Exception {
        Map<Reach, SortedSet<String>> files = new EnumMap<>(Reach.class);
        collect(files, ROOT.resolve("cases"), ROOT.resolve("tenancy.yaml"), ROOT.resolve("base.yaml"));
        collect(
                files,
                BORDER.resolve("cross"),
                BORDER.resolve("tenancy.yaml"),
                BORDER.resolve("namespaces.yaml"),
                ROOT.resolve("border-strict.yaml"));
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("words-reasons.table"))) {
            String[] cells = line.split("\\|", 2);
            if (cells.length == 2) {
                reasons.put(cells[0].strip(), cells[1].strip());
            }
        }
        StringBuilder table = new StringBuilder(
                "# Each word of the reach table, and the first planted crossing by a field of that word; else why it opens nothing.\n");
        for (Reach word : Reach.values()) {
            if (word.crosses()) {
                String file = files.containsKey(word) ? files.get(word).first() : null;
                String reason = reasons.remove(word.spelling());
                assertThat(file == null).as(word + " " + file).isEqualTo(reason != null);
                table.append("%-20s | %s%n".formatted(word.spelling(), file == null ? "none: " + reason : file));
            }
        }
        assertThat(reasons).isEmpty();
        GoldenFile.holds(EXPECTED, table.toString());
    }

    private static void collect(Map<Reach, SortedSet<String>> files, Path directory, Path tenancyFile, Path... base)
            throws Exception {
        Tenancy tenancy = TenancyFile.read(tenancyFile);
        ManifestReader reader = new ManifestReader(InputStream.nullInputStream());
        List<Manifest> objects = reader.read(List.of(base));
        try (Stream<Path> cases = Files.list(directory)) {
            for (Path one : cases.sorted().toList()) {
                Map<String, Manifest> all = new LinkedHashMap<>();
                List<Manifest> its = reader.read(List.of(one));
                Stream.concat(objects.stream(), its.stream())
                        .forEach(manifest -> all.put(
                                manifest.kind() + " " + manifest.namespace() + "/" + manifest.name(), manifest));
                for (OpenPath opening : ReachabilityProof.of(
                                tenancy, new ClusterObjects(all.values(), "default", true), false)
                        .openings()) {
                    for (ChainLink link : opening.chain()) {
                        if (link.place().startsWith(one.toString())) {
                            words(link)
                                    .forEach(word -> files.computeIfAbsent(word, none -> new TreeSet<>())
                                            .add(one.subpath(1, one.getNameCount())
                                                    .toString()));
                        }
                    }
                }
            }
        }
    }

    /** Those of the rows of a field, of each item in it, and of code and proxies, of which a chain names the whole. */
    private static List<Reach> words(ChainLink link) {
        String kind = link.object().substring(0, link.object().indexOf(' '));
        List<Reach> words = new ArrayList<>();
        for (KindTable table : ReachTable.shipped().kinds()) {
            for (ReachRow row : table.kind().equals(kind) ? table.rows() : List.<ReachRow>of()) {
                boolean code = row.reach() == Reach.PROXY_CODE && row.path().startsWith(link.field() + ".");
                int named = row.path().indexOf("[istio-proxy");
                String path = named < 0
                        ? row.path()
                        : row.path().substring(0, row.path().indexOf(']') + 1);
                if (row.reach().crosses()
                        && (code || fields(path).matcher(link.field()).matches())) {
                    words.add(row.reach());
                }
            }
        }
        return words;
    }

    private static final Pattern STEP = Pattern.compile("\\[([^\\]]*)]|\\{([^}]*)}|[^\\[{]+");

    /** What a chain may call the field of a row. */
    private static Pattern fields(String path) {
        StringBuilder pattern = new StringBuilder("(spec\\.(jobTemplate\\.spec\\.)?template\\.)?");
        STEP.matcher(path).results().forEach(step -> {
            String item = step.group(1);
            String key = step.group(2);
            if (item != null) {
                pattern.append(item.isEmpty() ? "(\\[\\d+])?" : "\\[\\d+]");
            } else if (key != null) {
                pattern.append(key.isEmpty() ? "\\[.+]" : "(\\[|\\.)" + Pattern.quote(key) + "]?");
            } else {
                pattern.append(Pattern.quote(step.group()));
            }
        });
        return Pattern.compile(pattern.toString(), Pattern.CASE_INSENSITIVE);
    }
}
