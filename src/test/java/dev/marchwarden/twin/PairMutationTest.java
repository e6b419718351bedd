package dev.marchwarden.twin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.cel.Authorizer;
import dev.marchwarden.cel.KubernetesCel;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.model.Border;
import dev.marchwarden.model.RandomReviews;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The label that the API server adds is the one that the mutating webhook adds. */
class PairMutationTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> variables = new LinkedHashMap<>();

    private Map<String, String> added(JsonNode request) {
        Map<String, Object> known = new HashMap<>();
        Map<String, Object> values = KubernetesCel.variables(request);
        values.put("namespaceObject", Map.of());
        values.put("authorizer", Authorizer.granting(Set.of()));
        values.put("variables", known);
        variables.forEach((name, expression) -> known.put(name, KubernetesCel.evaluated(expression, values)));
        String missing = String.valueOf(known.get("missing"));
        return missing.isEmpty() ? Map.of() : Map.of(missing, String.valueOf(known.get("value")));
    }

    @Test
    void addsWhatTheWebhookAdds() throws Exception {
        Tenancy tenancy = TenancyFile.parse("model", Border.TENANCY.getBytes(UTF_8));
        new CelTwin(tenancy)
                .completion()
                .getFirst()
                .at("/spec/variables")
                .forEach(variable -> variables.put(
                        variable.path("name").asText(),
                        variable.path("expression").asText()));
        Policy policy = new Policy(tenancy);
        List<String> differences = new ArrayList<>();
        int[] completed = new int[1];
        RandomReviews.judge(36, 1_500, (review, namespaces) -> {
            if (review.operation().equals("DELETE") || !review.subresource().isEmpty()) {
                return; // not among the writes that the policy matches
            }
            Outcome outcome = new Admission(
                            () -> policy, () -> new NamespaceSnapshot(namespaces, "usergroup"), Rights.TENANCY_ONLY)
                    .decide(Webhook.MUTATE, review.bytes())
                    .toCompletableFuture()
                    .join();
            if (outcome.verdict() == Verdict.ERROR) {
                return;
            }
            Map<String, String> ours = added(JSON.readTree(review.bytes()).path("request"));
            completed[0] += ours.size();
            if (!ours.equals(outcome.added())) {
                differences.add(outcome.added() + " by the webhook, " + ours + " by the twin: " + review);
            }
        });
        assertThat(differences).isEmpty();
        assertThat(completed[0]).isGreaterThan(50);
    }
}
