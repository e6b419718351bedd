package dev.marchwarden.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.text.Quoted;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a tree stand in their file: a field at its key, an item at its beginning. One number for each value, in the order
 * in which a walk through the tree meets them, because most of them are never asked for.
 */
final class FieldPositions {
    private final long[] inOrder;
    private final int first;

    /** @param first the index of the tree's root */
    FieldPositions(long[] inOrder, int first) {
        this.inOrder = inOrder;
        this.first = first;
    }

    /** Those of a part of the tree. */
    FieldPositions from(int offset) {
        return new FieldPositions(inOrder, first + offset);
    }

    Position root() {
        return Position.unpacked(inOrder[first]);
    }

    /**
     * The position of a field, or of what comes closest above it where it is missing.
     *
     * @param path as violations have it: {@code spec.http[0].route[1].weight}, {@code metadata.labels[istio.io/rev]}
     */
    Position find(JsonNode root, String path) {
        Child at = new Child(root, first, path);
        for (Child next = at; next != null; next = next.child()) {
            at = next;
        }
        // What was added to a tree after it had been read stands nowhere.
        return Position.unpacked(inOrder[at.index < inOrder.length ? at.index : first]);
    }

    /** How many positions a value takes. */
    static int size(JsonNode node) {
        int size = 1;
        for (JsonNode child : node) {
            size += size(child);
        }
        return size;
    }

    /**
     * @param rest of the path below it
     */
    private record Child(JsonNode node, int index, String rest) {
        @Nullable
        Child child() {
            return rest.isEmpty() ? null : node.isObject() ? field() : node.isArray() ? item() : null;
        }

        /** Names may hold what separates them, so that the longest that fits is meant. */
        private @Nullable Child field() {
            Child longest = null;
            int child = index + 1;
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                String left = after(field.getKey());
                if (left != null && (longest == null || left.length() < longest.rest.length())) {
                    longest = new Child(field.getValue(), child, left);
                }
                child += size(field.getValue());
            }
            return longest;
        }

        private @Nullable String after(String name) {
            String plain = rest.startsWith(".") ? rest.substring(1) : rest;
            if (plain.startsWith("[")) {
                String entry = "[" + Quoted.bare(name) + "]";
                return plain.startsWith(entry) ? plain.substring(entry.length()) : null;
            }
            if (!plain.startsWith(name)) {
                return null;
            }
            String left = plain.substring(name.length());
            return left.isEmpty() || left.startsWith(".") || left.startsWith("[") ? left : null;
        }

        private @Nullable Child item() {
            int end = rest.indexOf(']');
            if (!rest.startsWith("[") || end < 0) {
                return null;
            }
            String wanted = rest.substring(1, end);
            int child = index + 1;
            for (int i = 0; i < node.size(); i++) {
                JsonNode item = node.get(i);
                if (wanted.equals(Integer.toString(i))
                        || wanted.equals(
                                Objects.requireNonNullElse(item.path("name").textValue(), ""))) {
                    return new Child(item, child, rest.substring(end + 1));
                }
                child += size(item);
            }
            return null;
        }
    }
}
