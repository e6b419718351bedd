package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.ManagedFields.Owner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who applied or updated what, and what follows of it: what an applier no longer says goes, what others said is not overwritten. */
public final class ServerSideApply {
    private ServerSideApply() {}

    /** The object after somebody has applied a configuration to it; to an object without fields where there is none yet. */
    public static ObjectNode apply(
            Resource resource, ObjectNode live, ObjectNode configuration, Author author, boolean force)
            throws StatusException {
        Owner owner = new Owner(author.manager(), "Apply", author.subresource());
        ManagedFields managed = ManagedFields.of(live);
        Map<List<String>, JsonNode> wanted = Leaves.of(resource, configuration);
        Map<List<String>, JsonNode> present = Leaves.of(resource, live);
        Map<String, String> conflicts = new TreeMap<>();
        Set<List<String>> contested = new HashSet<>();
        wanted.forEach((path, value) -> {
            JsonNode there = present.get(path);
            if (there != null && !there.equals(value)) {
                for (Owner other : managed.others(owner, path)) {
                    contested.add(path);
                    conflicts.put(
                            String.join(
                                    "",
                                    path.stream().map(ServerSideApply::inWords).toList()),
                            other.manager());
                }
            }
        });
        if (!conflicts.isEmpty() && !force) {
            throw conflict(conflicts);
        }
        managed.takeFromOthers(owner, contested);

        ObjectNode after = live.deepCopy();
        ObjectNode said = configuration.deepCopy();
        if (said.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation"));
        }
        StrategicMerge.merge(after, atomic(resource, after, said));
        List<List<String>> dropped = new ArrayList<>(managed.of(owner));
        dropped.removeAll(wanted.keySet());
        managed.set(owner, new LinkedHashSet<>(wanted.keySet()));
        dropped.stream()
                .filter(path -> !managed.isOwned(path))
                .sorted((one, other) -> Integer.compare(other.size(), one.size()))
                .forEach(path -> Leaves.remove(after, path));
        managed.retain(Leaves.of(resource, after).keySet());
        managed.writeTo(after, author.time());
        return after;
    }

    /** Notes who made the difference between two states. */
    public static void update(Resource resource, ObjectNode before, ObjectNode after, Author author) {
        Owner owner = new Owner(author.manager(), "Update", author.subresource());
        ManagedFields managed = ManagedFields.of(after);
        Map<List<String>, JsonNode> old = Leaves.of(resource, before);
        Map<List<String>, JsonNode> now = Leaves.of(resource, after);
        Set<List<String>> changed = new LinkedHashSet<>();
        now.forEach((path, value) -> {
            if (!value.equals(old.get(path))) {
                changed.add(path);
            }
        });
        managed.takeFromOthers(owner, changed);
        managed.add(owner, changed);
        managed.retain(now.keySet());
        managed.writeTo(after, author.time());
    }

    /** Lists of custom resources are values: what was there goes before they are merged. */
    private static ObjectNode atomic(Resource resource, ObjectNode into, ObjectNode said) {
        if (resource.isCustom()) {
            said.properties().forEach(field -> {
                if (!field.getKey().equals("metadata")) {
                    clearLists(into.path(field.getKey()), field.getValue());
                }
            });
        }
        return said;
    }

    private static void clearLists(JsonNode into, JsonNode said) {
        if (into instanceof ObjectNode object) {
            said.properties().forEach(field -> {
                if (field.getValue() instanceof ArrayNode) {
                    object.remove(field.getKey());
                } else {
                    clearLists(into.path(field.getKey()), field.getValue());
                }
            });
        }
    }

    private static StatusException conflict(Map<String, String> conflicts) {
        ObjectNode details = Json.object();
        ArrayNode causes = details.putArray("causes");
        List<String> all = new ArrayList<>();
        conflicts.forEach((field, manager) -> {
            causes.addObject()
                    .put("reason", "FieldManagerConflict")
                    .put("message", "conflict with \"" + manager + "\"")
                    .put("field", field);
            all.add("conflict with \"" + manager + "\": " + field);
        });
        String count = all.size() == 1 ? "1 conflict: " : all.size() + " conflicts: ";
        return new StatusException(409, "Conflict", "Apply failed with " + count + String.join(", ", all), details);
    }

    private static String inWords(String step) {
        String rest = step.substring(2);
        return step.startsWith("f:")
                ? "." + rest
                : "[" + rest.replaceAll("[{}\"]", "").replace(':', '=') + "]";
    }
}
