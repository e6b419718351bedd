package dev.marchwarden.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.model.RandomReviews;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.User;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.twin.NamespaceComparison;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With {@code twin.mode: fallback}, a webhook that fails closed is sent each write of a namespace that the webhook denies and the twin does
 * not, by what both say of random writes.
 */
class BeyondTwinTest {
    private static final int COUNT = 2_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** That of the model, and an exception. */
    private static final String VALUES = """
            {"twin": {"mode": "fallback"},
             "protectedNamespaces": ["kube-system"],
             "usergroups": [
              {"name": "usergroup-1", "systemNamespace": "system-1", "revisions": ["usergroup-1", "usergroup-1-canary"],
               "tags": {"usergroup-1-stable": "usergroup-1-canary"}, "owners": {"groups": ["team-1"]}},
              {"name": "usergroup-2", "systemNamespace": "system-2", "owners": {"users": ["bob"]}}],
             "exceptions": [
              {"usergroup": "usergroup-1", "rule": "unknown-revision", "kind": "Namespace", "name": "app-3",
               "until": "2031-12-31", "reason": "moves"}]}
            """;

    private static Rendered rendered() throws Exception {
        List<String> arguments = new ArrayList<>();
        for (var value : JSON.readTree(VALUES).properties()) {
            arguments.add("--set-json");
            arguments.add(value.getKey() + "=" + value.getValue());
        }
        return Rendered.of(arguments.toArray(String[]::new));
    }

    private static Tenancy tenancy(boolean withExceptions) throws Exception {
        JsonNode file = Chart.parse(rendered().all("ConfigMap").stream()
                .map(map -> map.at("/data/tenancy.yaml"))
                .filter(JsonNode::isTextual)
                .findFirst()
                .orElseThrow()
                .asText());
        if (!withExceptions) {
            assertThat(file.path("spec").has("exceptions")).isTrue();
            ((ObjectNode) file.path("spec")).remove("exceptions");
        }
        return TenancyFile.parse("chart", Chart.YAML.writeValueAsString(file).getBytes(UTF_8));
    }

    private static String condition() throws Exception {
        for (JsonNode webhook : rendered().one("ValidatingWebhookConfiguration").path("webhooks")) {
            for (JsonNode condition : webhook.path("matchConditions")) {
                if (condition.path("name").asText().equals("is-not-decided-by-the-twin")) {
                    assertThat(webhook.path("failurePolicy").asText()).isEqualTo("Fail");
                    return condition.path("expression").asText();
                }
            }
        }
        throw new AssertionError("no such condition");
    }

    private static boolean isGranted(User user, Requirement requirement) {
        return (user.name() + requirement).hashCode() % 3 == 0;
    }

    /** Writes that the webhook alone denies and that are not sent to it. */
    private static List<String> missed(String condition) throws Exception {
        ObjectNode webhook = JSON.createObjectNode();
        webhook.putArray("matchConditions").addObject().put("expression", condition);
        MatchConditions conditions = MatchConditions.of(webhook);
        // An exception that is over: the webhook denies again, and the twin goes on to leave it alone.
        NamespaceComparison comparison = NamespaceComparison.of(tenancy(false), tenancy(true));
        List<String> missed = new ArrayList<>();
        int[] alone = new int[1];
        RandomReviews.judge(20261128, COUNT, (NamespaceReview review, Collection<NamespaceState> namespaces) -> {
            if (comparison.isDeniedByTheWebhookAlone(
                    review.bytes(), new NamespaceSnapshot(namespaces, "usergroup"), BeyondTwinTest::isGranted)) {
                alone[0]++;
                if (!conditions.send(JSON.readTree(review.bytes()).path("request"))) {
                    missed.add(review.toString());
                }
            }
        });
        assertThat(alone[0]).as("writes that the webhook alone denies").isGreaterThan(20);
        return missed;
    }

    @Test
    void whatTheWebhookAloneDeniesIsSentToOneThatFailsClosed() throws Exception {
        assertThat(missed(condition())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request.operation == 'DELETE' && ",
                "'istio.io/use-waypoint-namespace'",
                "request.name == 'app-3'"
            })
    void eachPartOfTheConditionIsNeeded(String part) throws Exception {
        String other = condition()
                .replace(part, part.startsWith("'") ? "'never'" : part.endsWith(" ") ? "false && " : "false");
        assertThat(other).isNotEqualTo(condition());
        assertThat(missed(other)).isNotEmpty();
    }
}
