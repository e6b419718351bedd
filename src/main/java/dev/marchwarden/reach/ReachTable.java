package dev.marchwarden.reach;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All kinds of the guarded API groups, and the workloads. */
public final class ReachTable {
    /**
     * The tables: of the guarded groups, of which a kind that has no table is denied and never let through, and of workloads, which are
     * judged in part.
     */
    private static final List<String> FILES = List.of(
            "networking.istio.io",
            "security.istio.io",
            "telemetry.istio.io",
            "extensions.istio.io",
            "gateway.networking.k8s.io",
            "gateway.networking.x-k8s.io",
            "core",
            "workloads");

    private final Map<String, Map<String, KindTable>> kindsByGroup;
    private final Set<String> guarded;

    private ReachTable(Map<String, Map<String, KindTable>> kindsByGroup) {
        this.kindsByGroup = kindsByGroup;
        this.guarded = kinds().stream()
                .filter(KindTable::complete)
                .map(KindTable::group)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The tables of this release. */
    public static ReachTable shipped() {
        return Shipped.TABLE;
    }

    /** @param texts of the tables, by name */
    static ReachTable of(Map<String, String> texts) {
        Map<String, Map<String, KindTable>> groups = new LinkedHashMap<>();
        texts.forEach((name, text) -> {
            for (KindTable table : TableText.read(name, text)) {
                Map<String, KindTable> kinds = groups.computeIfAbsent(table.group(), group -> new LinkedHashMap<>());
                if (kinds.put(table.kind(), table) != null) {
                    throw new IllegalArgumentException(name + ": kind " + table.kind() + " is there twice");
                }
            }
        });
        return new ReachTable(Collections.unmodifiableMap(groups));
    }

    /** Whether objects of this API group may only be what a table knows. */
    public boolean guards(String group) {
        return guarded.contains(group);
    }

    /** The API groups that are guarded, in their order. */
    public SortedSet<String> guardedGroups() {
        return new TreeSet<>(guarded);
    }

    /** Null for a kind that no table knows. Whether the version is served is for the caller to ask of it. */
    public @Nullable KindTable find(String group, String kind) {
        return kindsByGroup.getOrDefault(group, Map.of()).get(kind);
    }

    /** Whether a kind is known in that version. */
    public boolean knows(String group, String kind, String version) {
        KindTable table = find(group, kind);
        return table != null && table.versions().contains(version);
    }

    public List<KindTable> kinds() {
        return kindsByGroup.values().stream()
                .map(Map::values)
                .flatMap(Collection::stream)
                .toList();
    }

    static Map<String, String> shippedTexts() {
        return FILES.stream()
                .map(file -> file + ".table")
                .collect(Collectors.toMap(name -> name, ReachTable::text, (a, b) -> a, LinkedHashMap::new));
    }

    private static String text(String name) {
        try (InputStream resource = ReachTable.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("no " + name + " in the jar");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Read when first asked for: most commands never do. */
    private static final class Shipped {
        static final ReachTable TABLE = of(shippedTexts());
    }
}
