package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the fields in which an object differs from the desired one. What we do not set is none of our business, for API servers add defaults and others add
 * labels; but where nobody adds anything a field too many is a difference as well: a selector in a policy that is to hold for all.
 */
public final class Comparison {
    /** Groups whose specs come back from the API server as they were written. */
    private static final Set<String> WITHOUT_DEFAULTS = Set.of("networking.k8s.io", "security.istio.io");

    private final List<Difference> found = new ArrayList<>();

    private Comparison() {}

    /** Of one object with itself as it should be. */
    public static List<Difference> ofObjects(JsonNode desired, JsonNode stored) {
        JsonNode actual = PlatformSelector.without(stored);
        Comparison comparison = new Comparison();
        String apiVersion = desired.path("apiVersion").asText();
        boolean exactSpec = WITHOUT_DEFAULTS.contains(apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/'))));
        desired.properties()
                .forEach(field -> comparison.compare(
                        field.getKey(),
                        field.getValue(),
                        actual.path(field.getKey()),
                        exactSpec && field.getKey().equals("spec")));
        return comparison.found;
    }

    /** Of trees that are nobody's but ours: they are the same or not. */
    static List<Difference> ofTrees(JsonNode desired, JsonNode actual) {
        Comparison comparison = new Comparison();
        comparison.compare("", desired, actual, true);
        return comparison.found;
    }

    private void compare(String path, JsonNode desired, JsonNode actual, boolean exact) {
        if (desired.isObject() && !desired.isEmpty() && actual.isObject()) {
            compareFields(path, desired, actual, exact);
        } else if (desired.isArray() && actual.isArray() && !desired.isEmpty()) {
            compareItems(path, desired, actual, exact);
        } else if (!isSame(desired, actual)) {
            found.add(new Difference(path, actual, desired));
        }
    }

    private void compareFields(String path, JsonNode desired, JsonNode actual, boolean exact) {
        Set<String> names = new TreeSet<>();
        desired.fieldNames().forEachRemaining(names::add);
        if (exact) {
            actual.fieldNames().forEachRemaining(names::add);
        }
        for (String name : names) {
            String its = path.isEmpty() ? quoted(name) : path + "." + quoted(name);
            compare(its, desired.path(name), actual.path(name), exact || isSelector(name));
        }
    }

    /** One more condition in it, and it selects less. */
    private static boolean isSelector(String name) {
        return name.endsWith("elector");
    }

    /** Their order is ours. */
    private void compareItems(String path, JsonNode desired, JsonNode actual, boolean exact) {
        for (int i = 0; i < Math.max(desired.size(), actual.size()); i++) {
            String item = path + "[" + i + "]";
            if (i < desired.size() && i < actual.size()) {
                compare(item, desired.path(i), actual.path(i), exact);
            } else {
                // Even an empty one counts: as a rule of a policy it means everybody.
                found.add(new Difference(item, actual.path(i), desired.path(i)));
            }
        }
    }

    /** An empty list or map is the same as none: API servers leave such fields out. */
    private static boolean isSame(JsonNode desired, JsonNode actual) {
        if (isNothing(desired) || isNothing(actual)) {
            return isNothing(desired) && isNothing(actual);
        }
        boolean numbers = desired.isNumber() && actual.isNumber();
        return numbers ? desired.decimalValue().compareTo(actual.decimalValue()) == 0 : desired.equals(actual);
    }

    private static boolean isNothing(JsonNode node) {
        return node instanceof MissingNode || node.isNull() || (node.isContainerNode() && node.isEmpty());
    }

    private static String quoted(String name) {
        return name.matches("[A-Za-z0-9_-]+") ? name : "\"" + name + "\"";
    }
}
