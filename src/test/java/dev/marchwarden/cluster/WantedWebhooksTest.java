package dev.marchwarden.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonTrees;
import java.util.List;
import org.junit.jupiter.api.Test;

class WantedWebhooksTest {
    private static final byte[] CA = {1, 2, 3};

    private static final String FALLBACK = """
            - name: namespaces.marchwarden.dev
              failurePolicy: Ignore
              matchConditions: [{name: is-decided-by-the-twin, expression: "true"}]
              clientConfig: {service: {name: marchwarden}}
            - name: pods.marchwarden.dev
              failurePolicy: Fail
              clientConfig: {service: {name: marchwarden}}
            """;

    private static ObjectNode configuration(String wanted) {
        ObjectNode configuration = JsonTrees.MAPPER.createObjectNode();
        configuration.withObject("/metadata/annotations").put(WantedWebhooks.WANTED, wanted);
        return configuration;
    }

    private static List<String> copied(ObjectNode configuration, TwinState twin) throws Exception {
        JsonNode patch = JsonTrees.MAPPER.readTree(
                WantedWebhooks.patch(configuration, CA, twin).toString());
        configuration.set("webhooks", patch.at("/0/value"));
        configuration.withObject("/metadata/annotations").set(WantedWebhooks.IN_FORCE, patch.at("/1/value"));
        return configuration.path("webhooks").findValuesAsText("failurePolicy");
    }

    @Test
    void whatTheTwinDecidesFailsOpenOnlyWhileTheTwinIsInForce() throws Exception {
        ObjectNode configuration = configuration(FALLBACK);
        for (TwinState state : TwinState.values()) {
            assertThat(WantedWebhooks.areInForce(configuration, state)).isFalse();
        }
        assertThat(copied(configuration, TwinState.UNKNOWN)).containsExactly("Fail", "Fail");
        assertThat(copied(configuration, TwinState.BEHIND)).containsExactly("Fail", "Fail");
        assertThat(WantedWebhooks.areInForce(configuration, TwinState.UNKNOWN)).isTrue();
        assertThat(WantedWebhooks.areInForce(configuration, TwinState.BEHIND)).isTrue();
        assertThat(WantedWebhooks.areInForce(configuration, TwinState.IN_FORCE)).isFalse();

        assertThat(copied(configuration, TwinState.IN_FORCE)).containsExactly("Ignore", "Fail");
        assertThat(WantedWebhooks.areInForce(configuration, TwinState.IN_FORCE)).isTrue();
        assertThat(WantedWebhooks.areInForce(configuration, TwinState.UNKNOWN))
                .as("a new leader leaves it as it is until it knows more")
                .isTrue();
        assertThat(WantedWebhooks.areInForce(configuration, TwinState.BEHIND)).isFalse();
    }

    /** Ignore for all writes is what its values say. */
    @Test
    void withoutTheTwinTheListIsCopiedAsItIs() throws Exception {
        ObjectNode configuration = configuration(FALLBACK.replace("is-decided-by-the-twin", "else"));
        assertThat(copied(configuration, TwinState.UNKNOWN)).containsExactly("Ignore", "Fail");
        JsonNode before = configuration.deepCopy();
        assertThat(copied(configuration, TwinState.IN_FORCE)).containsExactly("Ignore", "Fail");
        assertThat(configuration).isEqualTo(before);
        for (TwinState state : TwinState.values()) {
            assertThat(WantedWebhooks.areInForce(configuration, state)).isTrue();
        }
    }
}
