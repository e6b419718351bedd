package dev.marchwarden.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A value of the chart, as {@code values.yaml} declares it.
 *
 * @param path with dots
 * @param given the default
 * @param description empty where there is no comment
 * @param keywords JSON Schema, in addition to what follows from the default; empty in most cases
 * @param parts the values that it consists of; none where it is described as a whole
 */
record ChartValue(String path, JsonNode given, String description, ObjectNode keywords, List<ChartValue> parts) {
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    boolean isWhole() {
        return parts.isEmpty();
    }
}
