package dev.marchwarden.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.bootstrap.Comparison;
import org.junit.jupiter.api.Test;

class ObjectWriterTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode policy(String rules) throws Exception {
        return JSON.readTree("{\"apiVersion\": \"security.istio.io/v1\", \"spec\": {\"rules\": " + rules + "}}");
    }

    /** Each removal moves up what is behind it: the other way round the second would take away something else, or find nothing. */
    @Test
    void takesItemsOutOfAListFromItsEnd() throws Exception {
        assertThat(JSON.readTree(ObjectWriter.patch(Comparison.ofObjects(
                                policy("[{\"from\": 1}]"), policy("[{\"from\": 2}, {\"from\": 3}, {\"from\": 4}]")))
                        .toString()))
                .isEqualTo(JSON.readTree("[{\"op\": \"replace\", \"path\": \"/spec/rules/0/from\", \"value\": 1},"
                        + " {\"op\": \"remove\", \"path\": \"/spec/rules/2\"},"
                        + " {\"op\": \"remove\", \"path\": \"/spec/rules/1\"}]"));
    }
}
