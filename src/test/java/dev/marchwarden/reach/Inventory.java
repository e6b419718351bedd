package dev.marchwarden.reach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** All fields of all kinds, as the CRDs have them; docs/reach-tables.md describes the files. */
public record Inventory(Map<String, Kind> kinds) {
    static final Path ROOT = Path.of("test-fixtures/fields");

    /**
     * One kind in all its versions.
     *
     * @param leaves type and enum by path
     */
    public record Kind(
            String group,
            String name,
            Set<String> versions,
            String plural,
            boolean clusterScoped,
            Map<String, String> leaves) {
        String title() {
            return group + " " + name;
        }
    }

    /** Of one kind, to be changed by tests. */
    Map<String, String> leaves(String title) {
        return Objects.requireNonNull(kinds.get(title), title).leaves();
    }

    /** The kinds of one group only. */
    Inventory of(String group) {
        Map<String, Kind> some = new LinkedHashMap<>(kinds);
        some.values().removeIf(kind -> !kind.group().equals(group));
        return new Inventory(some);
    }

    /** Those of this release. */
    public static Inventory shipped() throws IOException {
        List<String> lines = new ArrayList<>();
        try (var files = Files.list(ROOT)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return of(lines);
    }

    /** Of the guarded groups among CustomResourceDefinitions in YAML. */
    public static Inventory ofDefinitions(String yaml) throws IOException {
        return of(InventoryMaker.inventory(List.of(yaml)).lines().toList());
    }

    static Inventory of(List<String> lines) {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        Kind kind = null;
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("  ")) {
                String[] leaf = line.strip().split(" ", 2);
                if (kind == null || leaf.length != 2) {
                    throw new IllegalArgumentException("not a leaf of a kind: " + line);
                }
                kind.leaves().put(leaf[0], leaf[1]);
            } else {
                Kind section = section(line);
                // Versions that differ in their fields have a section each.
                kind = kinds.computeIfAbsent(section.title(), title -> section);
                kind.versions().addAll(section.versions());
            }
        }
        return new Inventory(kinds);
    }

    /** For example {@code security.istio.io/v1,v1beta1 PeerAuthentication (peerauthentications, Namespaced)}. */
    private static Kind section(String line) {
        String[] words = line.split("[/ (,)]+");
        int versions = words.length - 4;
        return new Kind(
                words[0],
                words[versions + 1],
                new LinkedHashSet<>(List.of(words).subList(1, versions + 1)),
                words[versions + 2],
                words[versions + 3].equals("Cluster"),
                new LinkedHashMap<>());
    }
}
