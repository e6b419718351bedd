package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** Labels against selectors. */
final class ObjectMatch {
    private ObjectMatch() {}

    /** A selector that selects nothing in particular selects everything. */
    static void assertSubset(JsonNode wanted, JsonNode labels) {
        assertThat(wanted.isEmpty()).isFalse();
        assertThat(labels.properties()).containsAll(wanted.properties());
    }
}
