package dev.marchwarden.standin.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelException;
import dev.marchwarden.cel.KubernetesCel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The matchConditions of webhooks. Nobody is asked about rights: a condition with {@code authorizer} is an error. */
final class MatchConditions {
    private MatchConditions() {}

    /** Whether all hold; one that is false decides, whatever is wrong with others. */
    static boolean hold(JsonNode conditions, JsonNode request) throws CelException {
        Map<String, Object> variables = KubernetesCel.variables(request);
        List<CelException> errors = new ArrayList<>();
        for (JsonNode condition : conditions) {
            try {
                if (!Boolean.TRUE.equals(
                        KubernetesCel.evaluate(condition.path("expression").asText(), variables))) {
                    return false;
                }
            } catch (CelException e) {
                errors.add(e);
            }
        }
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
        return true;
    }
}
