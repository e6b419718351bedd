package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who owns which fields of an object, as {@code metadata.managedFields} has it. */
final class ManagedFields {
    /** @param operation {@code Apply} or {@code Update} */
    record Owner(String manager, String operation, String subresource) {}

    private final Map<Owner, Set<List<String>>> owned = new LinkedHashMap<>();
    private final Map<Owner, JsonNode> entries = new LinkedHashMap<>();

    static ManagedFields of(JsonNode object) {
        ManagedFields fields = new ManagedFields();
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            if (entry.has("manager")) {
                Owner owner = new Owner(
                        entry.path("manager").asText(),
                        entry.path("operation").asText(),
                        entry.path("subresource").asText());
                Set<List<String>> paths = new LinkedHashSet<>();
                read(entry.path("fieldsV1"), List.of(), paths);
                fields.owned.put(owner, paths);
                fields.entries.put(owner, entry);
            }
        }
        return fields;
    }

    private static void read(JsonNode fields, List<String> above, Set<List<String>> paths) {
        for (Map.Entry<String, JsonNode> each : fields.properties()) {
            if (each.getKey().equals(".")) {
                paths.add(above);
                continue;
            }
            List<String> path = new ArrayList<>(above);
            path.add(each.getKey());
            if (each.getValue().isEmpty()) {
                paths.add(List.copyOf(path));
            } else {
                read(each.getValue(), List.copyOf(path), paths);
            }
        }
    }

    Set<List<String>> of(Owner owner) {
        return owned.getOrDefault(owner, Set.of());
    }

    /** Who else owns a field. */
    List<Owner> others(Owner owner, List<String> path) {
        return owned.entrySet().stream()
                .filter(each -> !each.getKey().equals(owner) && each.getValue().contains(path))
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean isOwned(List<String> path) {
        return owned.values().stream().anyMatch(paths -> paths.contains(path));
    }

    void set(Owner owner, Set<List<String>> paths) {
        if (!paths.equals(owned.put(owner, new LinkedHashSet<>(paths)))) {
            entries.remove(owner);
        }
    }

    void add(Owner owner, Set<List<String>> paths) {
        if (!paths.isEmpty()
                && owned.computeIfAbsent(owner, none -> new LinkedHashSet<>()).addAll(paths)) {
            entries.remove(owner);
        }
    }

    /** Fields that are somebody else's from now on. */
    void takeFromOthers(Owner owner, Set<List<String>> paths) {
        owned.forEach((other, theirs) -> {
            if (!other.equals(owner) && theirs.removeAll(paths)) {
                entries.remove(other);
            }
        });
    }

    /** Nobody owns what is not there. */
    void retain(Set<List<String>> there) {
        owned.forEach((owner, paths) -> {
            if (paths.removeIf(path -> !there.contains(path) && !isAbove(path, there))) {
                entries.remove(owner);
            }
        });
    }

    private static boolean isAbove(List<String> path, Set<List<String>> there) {
        return there.stream()
                .anyMatch(each -> each.size() > path.size()
                        && each.subList(0, path.size()).equals(path));
    }

    void writeTo(ObjectNode object, String now) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        owned.forEach((owner, paths) -> {
            if (!paths.isEmpty()) {
                JsonNode entry = entries.get(owner);
                list.add(entry == null ? entry(owner, paths, object, now) : entry);
            }
        });
        if (list.isEmpty()) {
            ((ObjectNode) object.get("metadata")).remove("managedFields");
        } else {
            ((ObjectNode) object.get("metadata")).set("managedFields", list);
        }
    }

    private static ObjectNode entry(Owner owner, Set<List<String>> paths, ObjectNode object, String now) {
        ObjectNode entry = Json.object()
                .put("manager", owner.manager())
                .put("operation", owner.operation())
                .put("apiVersion", object.path("apiVersion").asText())
                .put("time", now)
                .put("fieldsType", "FieldsV1");
        ObjectNode root = entry.putObject("fieldsV1");
        for (List<String> path : paths) {
            ObjectNode at = root;
            for (String step : path) {
                at = at.withObjectProperty(step);
            }
            if (path.getLast().startsWith("k:")) {
                at.putObject(".");
            }
        }
        if (!owner.subresource().isEmpty()) {
            entry.put("subresource", owner.subresource());
        }
        return entry;
    }
}
