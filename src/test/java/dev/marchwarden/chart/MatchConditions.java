package dev.marchwarden.chart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cel.KubernetesCel;
import java.util.List;
import java.util.Map;

/** The expressions of the matchConditions of one webhook. */
record MatchConditions(List<String> expressions) {
    /** Of a webhook as it is rendered. */
    static MatchConditions of(JsonNode webhook) {
        return new MatchConditions(webhook.path("matchConditions")
                .valueStream()
                .map(condition -> condition.path("expression").asText())
                .toList());
    }

    /** Whether the request is sent. An error is a failure here, even where another condition is false and decides. */
    boolean send(JsonNode request) {
        Map<String, Object> variables = KubernetesCel.variables(request);
        boolean sent = true;
        for (String expression : expressions) {
            sent &= (Boolean) KubernetesCel.evaluated(expression, variables);
        }
        return sent;
    }
}
