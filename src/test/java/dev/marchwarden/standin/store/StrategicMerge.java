package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A merge that goes into lists whose items have keys, and its directives. The order of items it leaves as it is. */
final class StrategicMerge {
    private static final String DIRECTIVE = "$patch";
    private static final String DELETE_VALUES = "$deleteFromPrimitiveList/";
    private static final String RETAIN = "$retainKeys";

    private StrategicMerge() {}

    static void merge(ObjectNode into, ObjectNode patch) {
        if (patch.path(DIRECTIVE).asText().equals("replace")) {
            into.removeAll();
        }
        if (patch.has(RETAIN)) {
            into.retain(texts(patch.get(RETAIN)));
        }
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.startsWith(DELETE_VALUES)) {
                removeValues(into.path(name.substring(DELETE_VALUES.length())), value);
            } else if (!name.startsWith("$")) {
                mergeField(into, name, value);
            }
        }
    }

    private static void mergeField(ObjectNode into, String name, JsonNode value) {
        if (value.isNull() || value.path(DIRECTIVE).asText().equals("delete")) {
            into.remove(name);
        } else if (value instanceof ObjectNode object) {
            if (!into.path(name).isObject()) {
                into.putObject(name);
            }
            merge((ObjectNode) into.get(name), object);
        } else if (value instanceof ArrayNode list) {
            mergeList(into, name, list);
        } else {
            into.set(name, value);
        }
    }

    private static void mergeList(ObjectNode into, String name, ArrayNode patch) {
        String key = ListKeys.of(name, patch);
        boolean replaced = patch.valueStream()
                .anyMatch(each -> each.path(DIRECTIVE).asText().equals("replace"));
        if (ListKeys.isSet(name)) {
            ArrayNode values = into.withArrayProperty(name);
            patch.forEach(each -> {
                if (values.valueStream().noneMatch(each::equals)) {
                    values.add(each);
                }
            });
        } else if (key == null || replaced) {
            ArrayNode all = into.putArray(name);
            patch.valueStream().filter(each -> !each.has(DIRECTIVE)).forEach(all::add);
        } else {
            ArrayNode items = into.path(name).isArray() ? (ArrayNode) into.get(name) : into.putArray(name);
            patch.forEach(each -> mergeItem(items, key, (ObjectNode) each));
        }
    }

    private static void mergeItem(ArrayNode items, String key, ObjectNode patch) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).path(key).equals(patch.path(key))) {
                if (patch.path(DIRECTIVE).asText().equals("delete")) {
                    items.remove(i);
                } else {
                    merge((ObjectNode) items.get(i), patch);
                }
                return;
            }
        }
        if (!patch.has(DIRECTIVE)) {
            merge(items.addObject(), patch);
        }
    }

    private static void removeValues(JsonNode list, JsonNode values) {
        for (Iterator<JsonNode> each = list.iterator(); each.hasNext(); ) {
            JsonNode value = each.next();
            if (values.valueStream().anyMatch(value::equals)) {
                each.remove();
            }
        }
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }
}
