package dev.marchwarden.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is generated. A test fails when it is stale, and {@code MARCHWARDEN_GOLDEN=write} writes it. */
public final class GoldenFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GoldenFile() {}

    public static void holds(Path file, String text) throws IOException {
        if ("write".equals(System.getenv("MARCHWARDEN_GOLDEN"))) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        }
        assertThat(Files.readString(file))
                .as(file + " is stale; MARCHWARDEN_GOLDEN=write writes it")
                .isEqualTo(text);
    }

    /** JSON in lines, as schemas are written. */
    public static String json(JsonNode node) throws JsonProcessingException {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(lines)
                .withArrayIndenter(lines);
        return JSON.writer(printer).writeValueAsString(node) + "\n";
    }
}
