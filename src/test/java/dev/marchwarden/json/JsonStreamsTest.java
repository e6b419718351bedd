package dev.marchwarden.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonStreamsTest {
    static Stream<JsonFactory> readers() {
        return Stream.of(
                JsonStreams.WIRE,
                JsonStreams.SKIPPING,
                JsonStreams.FILES,
                JsonStreams.ASCII,
                JsonTrees.MAPPER.getFactory());
    }

    /** A name that a user chooses must not go into the JVM's table of strings. */
    @ParameterizedTest
    @MethodSource("readers")
    void internsNoName(JsonFactory reader) throws IOException {
        String interned = UUID.randomUUID().toString().intern();

        try (JsonParser parser = reader.createParser(("{\"" + interned + "\":1}").getBytes(UTF_8))) {
            parser.nextToken();
            assertThat(parser.nextFieldName()).isEqualTo(interned).isNotSameAs(interned);
        }
    }

    /** Whether an update changes anything is told by the bytes of both objects. */
    @Test
    void theWireFormatKnowsWhereAValueIsInBytes() throws IOException {
        byte[] body = "{\"ä\":1,\"b\":2}".getBytes(UTF_8);

        try (JsonParser parser = JsonStreams.SKIPPING.createParser(body)) {
            for (int i = 0; i < 5; i++) {
                parser.nextToken();
            }
            assertThat(parser.currentTokenLocation().getByteOffset()).isEqualTo(body.length - 2);
        }
    }

    @Test
    void aRepeatedFieldOfAFileIsAnError() throws IOException {
        try (JsonParser parser = JsonStreams.FILES.createParser("{\"a\":1,\"a\":2}")) {
            parser.nextToken();
            parser.nextToken();
            parser.nextToken();
            assertThatThrownBy(parser::nextToken).isInstanceOf(JsonParseException.class);
        }
    }
}
