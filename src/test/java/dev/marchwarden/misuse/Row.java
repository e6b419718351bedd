package dev.marchwarden.misuse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.policy.User;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code matrix.csv}; what its cells mean is said there.
 *
 * @param cells by user
 */
public record Row(
        String change,
        String namespace,
        String verbs,
        String before,
        String after,
        List<String> everybody,
        List<String> standing,
        Map<String, String> cells) {
    private static final int FIXED = 7;
    private static final Map<Character, String> KEYS = Map.of(
            'u', "usergroup",
            'r', "istio.io/rev",
            'i', "istio-injection",
            'm', "istio.io/dataplane-mode",
            'w', "istio.io/use-waypoint-namespace",
            't', "team");

    static Row of(List<String> header, List<String> columns) {
        if (columns.size() != header.size()) {
            throw new IllegalArgumentException(
                    "%d columns instead of %d: %s".formatted(columns.size(), header.size(), columns));
        }
        Map<String, String> cells = new LinkedHashMap<>();
        for (int i = FIXED; i < columns.size(); i++) {
            cells.put(header.get(i), columns.get(i));
        }
        return new Row(
                columns.get(0),
                columns.get(1),
                columns.get(2),
                columns.get(3),
                columns.get(4),
                words(columns.get(5)),
                words(columns.get(6)),
                cells);
    }

    static List<String> words(String text) {
        return text.isBlank() ? List.of() : Arrays.asList(text.strip().split(" +"));
    }

    /** The review of one of its verbs by a user. */
    public NamespaceReview review(char verb, User user) {
        String operation = verb == 'C' ? "CREATE" : verb == 'D' ? "DELETE" : "UPDATE";
        String subresource = verb == 'S' ? "status" : verb == 'F' ? "finalize" : "";
        ObjectNode oldObject = verb == 'C' ? null : object(before);
        ObjectNode object = verb == 'D' ? null : object(before.startsWith("~") ? "~ " + after : after);
        return new NamespaceReview(change + " " + verb, operation, subresource, namespace, user, object, oldObject);
    }

    private @Nullable ObjectNode object(String labels) {
        if (labels.equals("absent")) {
            return null;
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (String label : words(labels.replace("~", ""))) {
            if (!label.equals("-")) {
                String key = KEYS.get(label.charAt(0));
                if (key == null || label.charAt(1) != '=') {
                    throw new IllegalArgumentException("no label: " + label);
                }
                map.put(key, label.substring(2));
            }
        }
        return NamespaceReview.namespace(namespace, map, labels.startsWith("~"));
    }

    /** How a user's request must be answered, as {@link #answer} puts it. */
    public String expected(String user) {
        String cell = cells.getOrDefault(user, "");
        boolean denied = !everybody.isEmpty() || cell.equals("M");
        return switch (cell) {
            case "." -> denied ? answer("denied", everybody) : standingOr("allowed");
            case "M" -> answer("denied", concat(everybody, "membership-not-permitted"));
            case "E" -> "exempted";
            default -> throw new IllegalArgumentException("no cell: " + cell + " in " + change);
        };
    }

    private String standingOr(String otherwise) {
        return standing.isEmpty() ? otherwise : answer("warned", standing);
    }

    public static String answer(String decision, List<String> rules) {
        return decision.equals("exempted") || rules.isEmpty()
                ? decision
                : decision + " " + rules.stream().sorted().toList();
    }

    private static List<String> concat(List<String> rules, String rule) {
        return Stream.concat(rules.stream(), Stream.of(rule)).toList();
    }
}
