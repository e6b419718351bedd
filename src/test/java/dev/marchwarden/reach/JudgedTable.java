package dev.marchwarden.reach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a real istiod made of the rows of the reach table, as {@code test-fixtures/judged/istio-VERSION.table} has it.
 *
 * @param istio its version
 * @param kinds rows in order by the kind's title
 */
public record JudgedTable(String istio, Map<String, List<Judged>> kinds) {
    public static final Path ROOT = Path.of("test-fixtures/judged");
    private static final String TITLE = "istio ";

    /** Of Kubernetes' own kinds, those that istiod passes on to proxies; what makes pods is for the injector. */
    private static final Set<String> OF_KUBERNETES = Set.of("Service", "EndpointSlice", "Ingress");

    /** Kinds whose rows are judged. */
    public static Stream<KindTable> judgedKinds() {
        return ReachTable.shipped().kinds().stream()
                .filter(kind -> kind.complete() || OF_KUBERNETES.contains(kind.kind()));
    }

    static List<JudgedTable> committed() throws IOException {
        List<JudgedTable> tables = new ArrayList<>();
        try (var files = Files.list(ROOT)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".table"))
                    .sorted()
                    .toList()) {
                tables.add(read(Files.readAllLines(file)));
            }
        }
        return tables;
    }

    /** Of a release of Istio; without any kind where there is none yet. */
    public static JudgedTable committed(String istio) throws IOException {
        JudgedTable none = new JudgedTable(istio, Map.of());
        Path file = ROOT.resolve(none.fileName());
        return Files.exists(file)
                ? new JudgedTable(istio, read(Files.readAllLines(file)).kinds())
                : none;
    }

    /**
     * These kinds in place of what it has of them, each row with the widest effects of both; kinds that the reach table has no more are left out.
     */
    public JudgedTable with(Map<String, List<Judged>> judged) {
        Map<String, List<Judged>> all = new LinkedHashMap<>();
        for (KindTable kind : ReachTable.shipped().kinds()) {
            String title = kind.toString();
            List<Judged> before = kinds.getOrDefault(title, List.of());
            List<Judged> rows = judged.getOrDefault(title, before);
            if (!rows.isEmpty()) {
                all.put(title, rows.stream().map(row -> widest(row, before)).toList());
            }
        }
        return new JudgedTable(istio, all);
    }

    private static Judged widest(Judged row, List<Judged> before) {
        return before.stream()
                .filter(other -> other.path().equals(row.path()))
                .findFirst()
                .map(row::or)
                .orElse(row);
    }

    static JudgedTable read(List<String> lines) {
        String istio = "";
        Map<String, List<Judged>> kinds = new LinkedHashMap<>();
        List<Judged> rows = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(TITLE)) {
                istio = line.substring(TITLE.length());
            } else if (line.startsWith("  ")) {
                rows.add(Judged.read(line));
            } else if (line.startsWith("kind ")) {
                rows = new ArrayList<>();
                kinds.put(line.substring("kind ".length()), rows);
            }
        }
        return new JudgedTable(istio, kinds);
    }

    /** Releases with the same fields have one file. */
    public String fileName() {
        return "istio-" + istio.substring(0, istio.lastIndexOf('.')) + ".table";
    }

    /** The file. */
    public String text() {
        StringBuilder text = new StringBuilder("""
                # What a real istiod made of each row of the reach table: see docs/istio-upgrades.md. Written by ReachJudgedClusterIT.
                """).append(TITLE).append(istio).append('\n');
        kinds.forEach((kind, rows) -> {
            text.append("\nkind ").append(kind).append('\n');
            rows.forEach(row -> text.append("  ").append(row).append('\n'));
        });
        return text.toString();
    }
}
