package dev.marchwarden.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the JSON Schema to the parser, and the parser to the schema. */
class TenancySchemaTest {
    /** Mistakes that a schema cannot see, because they are between two places or in the YAML. */
    private static final Set<String> BEYOND_A_SCHEMA = Set.of(
            "cluster-ranges-host-bits",
            "cluster-ranges-twice-in-other-words",
            "exceptions-twice",
            "exceptions-unknown-usergroup",
            "revision-is-foreign-tag",
            "shared-gateway-class",
            "shared-gateway-class-by-default",
            "shared-name",
            "shared-revision",
            "shared-revision-by-default",
            "shared-services-conflicts",
            "shared-system-namespace",
            "shared-system-namespace-by-default",
            "shared-tag",
            "system-namespace-protected",
            "tag-is-foreign-revision",
            "tag-is-own-revision",
            "tag-to-foreign-revision",
            "yaml-alias",
            "yaml-duplicate-keys",
            "yaml-several-documents");

    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                    .build())
            .build();

    private static JsonNode schemaText;
    private static JsonSchema schema;

    @BeforeAll
    static void readSchema() throws IOException {
        try (InputStream in = TenancyFile.class.getResourceAsStream("tenancy.schema.json")) {
            schemaText = new ObjectMapper().readTree(in);
        }
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schemaText);
    }

    static List<Path> good() throws IOException {
        return TenancyCorpus.good();
    }

    @ParameterizedTest
    @MethodSource("good")
    void acceptsGoodFiles(Path file) throws IOException {
        assertThat(problems(file)).isEmpty();
    }

    @Test
    void refusesBadFilesAsFarAsASchemaCan() throws IOException {
        Set<String> accepted = new TreeSet<>();
        for (Path file : TenancyCorpus.bad()) {
            if (isAccepted(file)) {
                accepted.add(TenancyCorpus.nameOf(file));
            }
        }
        assertThat(accepted).isEqualTo(new TreeSet<>(BEYOND_A_SCHEMA));
    }

    /** One bad range would do for the whole file. */
    @Test
    void refusesEachMalformedRange() throws IOException {
        Path file = Path.of("test-fixtures/tenancy/bad/cluster-ranges-malformed.yaml");
        int ranges = YAML.readTree(Files.readAllBytes(file))
                .at("/spec/clusterRanges")
                .size();
        assertThat(problems(file))
                .extracting(problem -> problem.getInstanceLocation().toString())
                .contains(IntStream.range(0, ranges)
                        .mapToObj(i -> "$.spec.clusterRanges[" + i + "]")
                        .toArray(String[]::new));
    }

    @Test
    void isItselfASchema() {
        JsonSchema meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(java.net.URI.create("https://json-schema.org/draft/2020-12/schema"));
        assertThat(meta.validate(schemaText)).isEmpty();
    }

    private static boolean isAccepted(Path file) throws IOException {
        try {
            return problems(file).isEmpty();
        } catch (JsonProcessingException | java.io.CharConversionException e) {
            return false; // no YAML, so nothing that a schema could be held against
        }
    }

    private static Set<ValidationMessage> problems(Path file) throws IOException {
        return schema.validate(YAML.readTree(Files.readAllBytes(file)));
    }
}
