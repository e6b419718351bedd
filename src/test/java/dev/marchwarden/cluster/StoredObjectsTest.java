package dev.marchwarden.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StoredObjectsTest {
    private static JsonNode read(ObjectName name, String json) throws IOException {
        return StoredObjects.read(
                name, "read", new ApiServer.Reply(200, new ByteArrayInputStream(json.getBytes(UTF_8))));
    }

    @Test
    void anObjectIsOfTheKindThatWasAskedFor() throws Exception {
        ObjectName one = ObjectName.secret(new NamespacedName("shop", "a"));
        assertThat(read(one, "{\"kind\": \"Secret\"}").path("kind").asText()).isEqualTo("Secret");
        assertThatThrownBy(() -> read(one, "{\"kind\": \"SecretList\"}")).hasMessageContaining("something else");
    }
}
