package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** What the containers of a pod's specification tell. */
final class Containers {
    private Containers() {}

    /** Missing where there is none. */
    static JsonNode named(JsonNode containers, String name) {
        return last(containers, name);
    }

    /** The one that counts: the last of several of a name. Missing where there is none. */
    static JsonNode variable(JsonNode container, String name) {
        return last(container.path("env"), name);
    }

    /** Empty where there is none, or none in the open. */
    static String value(JsonNode container, String variable) {
        return variable(container, variable).path("value").asText();
    }

    private static JsonNode last(JsonNode list, String name) {
        return list.valueStream()
                .filter(one -> one.path("name").asText().equals(name))
                .reduce((before, after) -> after)
                .orElse(MissingNode.getInstance());
    }
}
