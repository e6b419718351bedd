package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which labels are meant; of nothing, all. */
public record LabelSelector(List<Requirement> requirements) {
    public static final LabelSelector ALL = new LabelSelector(List.of());

    private static final Pattern SET = Pattern.compile("([^ =!]+) +(in|notin) +\\(([^)]*)\\)");
    private static final Pattern EQUALITY = Pattern.compile("([^ =!]+) *(==|=|!=) *([^ ]*)");

    /** One condition. */
    record Requirement(String key, String operator, List<String> values) {
        boolean matches(JsonNode labels) {
            JsonNode label = labels.path(key);
            boolean among = !label.isMissingNode() && values.contains(label.asText());
            return switch (operator) {
                case "In" -> among;
                case "NotIn" -> !among;
                case "Exists" -> !label.isMissingNode();
                case "DoesNotExist" -> label.isMissingNode();
                default -> throw new IllegalArgumentException("operator " + operator);
            };
        }
    }

    /** As in a query: {@code a=b,c!=d,e in (f,g),h,!i}. */
    public static LabelSelector parse(String text) throws StatusException {
        List<Requirement> all = new ArrayList<>();
        for (String part : text.split(",(?![^(]*\\))", -1)) {
            String each = part.strip();
            Matcher set = SET.matcher(each);
            Matcher equality = EQUALITY.matcher(each);
            if (set.matches()) {
                List<String> values = Arrays.stream(set.group(3).split(",", -1))
                        .map(String::strip)
                        .toList();
                all.add(new Requirement(set.group(1), set.group(2).equals("in") ? "In" : "NotIn", values));
            } else if (equality.matches()) {
                String operator = equality.group(2).equals("!=") ? "NotIn" : "In";
                all.add(new Requirement(equality.group(1), operator, List.of(equality.group(3))));
            } else if (each.matches("![^ =!]+")) {
                all.add(new Requirement(each.substring(1), "DoesNotExist", List.of()));
            } else if (each.matches("[^ =!]+")) {
                all.add(new Requirement(each, "Exists", List.of()));
            } else if (!each.isEmpty()) {
                throw StatusException.badRequest("unable to parse requirement: \"" + each + "\"");
            }
        }
        return new LabelSelector(all);
    }

    /** As in an object: {@code matchLabels} and {@code matchExpressions}. */
    public static LabelSelector of(JsonNode selector) {
        List<Requirement> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
            all.add(new Requirement(
                    label.getKey(), "In", List.of(label.getValue().asText())));
        }
        for (JsonNode each : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            each.path("values").forEach(value -> values.add(value.asText()));
            all.add(new Requirement(
                    each.path("key").asText(), each.path("operator").asText(), values));
        }
        return new LabelSelector(all);
    }

    public boolean matches(JsonNode object) {
        JsonNode labels = object.path("metadata").path("labels");
        return requirements.stream().allMatch(each -> each.matches(labels));
    }
}
