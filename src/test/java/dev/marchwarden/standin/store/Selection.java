package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which objects of a resource are asked for.
 *
 * @param namespace empty for all
 */
public record Selection(String namespace, LabelSelector labels, List<Field> fields) {
    /** A condition on a field, of any path. */
    record Field(String pointer, String value, boolean wanted) {
        boolean matches(JsonNode object) {
            return Json.text(object, pointer).equals(value) == wanted;
        }
    }

    /** As the query of a request has it. */
    public static Selection of(String namespace, Map<String, String> query) throws StatusException {
        String labels = query.getOrDefault("labelSelector", "");
        List<Field> fields = new ArrayList<>();
        for (String each : query.getOrDefault("fieldSelector", "").split(",", -1)) {
            if (!each.isEmpty()) {
                String[] sides = each.split("!=|==|=", 2);
                if (sides.length < 2) {
                    throw StatusException.badRequest("invalid selector: '" + each + "'");
                }
                fields.add(new Field("/" + sides[0].replace('.', '/'), sides[1], !each.contains("!=")));
            }
        }
        return new Selection(namespace, labels.isEmpty() ? LabelSelector.ALL : LabelSelector.parse(labels), fields);
    }

    /** All of a namespace, or of all. */
    public static Selection in(String namespace) {
        return new Selection(namespace, LabelSelector.ALL, List.of());
    }

    public boolean matches(JsonNode object) {
        return (namespace.isEmpty() || Json.text(object, "/metadata/namespace").equals(namespace))
                && labels.matches(object)
                && fields.stream().allMatch(each -> each.matches(object));
    }
}
