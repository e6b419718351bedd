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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All kinds of the guarded API groups. */
public final class ReachTable {
    /** The guarded groups: a kind of one of them that has no table is denied, never let through. */
    private static final List<String> GROUPS = List.of(
            "networking.istio.io",
            "security.istio.io",
            "telemetry.istio.io",
            "extensions.istio.io",
            "gateway.networking.k8s.io",
            "gateway.networking.x-k8s.io");

    private final Map<String, Map<String, KindTable>> kindsByGroup;

    private ReachTable(Map<String, Map<String, KindTable>> kindsByGroup) {
        this.kindsByGroup = kindsByGroup;
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
        return kindsByGroup.containsKey(group);
    }

    /** Null for a kind that no table knows. Whether the version is served is for the caller to ask of it. */
    public @Nullable KindTable find(String group, String kind) {
        return kindsByGroup.getOrDefault(group, Map.of()).get(kind);
    }

    public List<KindTable> kinds() {
        return kindsByGroup.values().stream()
                .map(Map::values)
                .flatMap(Collection::stream)
                .toList();
    }

    static Map<String, String> shippedTexts() {
        return GROUPS.stream()
                .map(group -> group + ".table")
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
