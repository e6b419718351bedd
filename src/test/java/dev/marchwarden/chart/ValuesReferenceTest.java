package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tools.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code values.schema.json} and the tables of the README, which are generated from {@code values.yaml}.
 * {@code MARCHWARDEN_GOLDEN=write mvn test -Dtest=ValuesReferenceTest} writes them.
 */
class ValuesReferenceTest {
    private static final JsonNode TENANCY =
            Chart.read(Path.of("src/main/resources/dev/marchwarden/tenancy/tenancy.schema.json"));
    private static final JsonNode TYPES = Chart.read(Path.of("src/test/resources/dev/marchwarden/chart/types.yaml"));

    private static List<ValuesSection> sections() throws IOException {
        return ValuesFile.read(Files.readString(Chart.ROOT.resolve("values.yaml")), ValuesSchema.tenancyKeys(TENANCY));
    }

    @Test
    void theSchemaIsThatOfTheValues() throws Exception {
        JsonNode schema = new ValuesSchema(TENANCY, TYPES).of(sections());
        GoldenFile.holds(Chart.ROOT.resolve("values.schema.json"), GoldenFile.json(schema));
    }

    @Test
    void theTablesAreThoseOfTheValues() throws Exception {
        Path page = Chart.ROOT.resolve("README.md");
        GoldenFile.holds(page, ValuesTable.in(Files.readString(page), sections()));
    }

    private static JsonNode schemaOf(String values, String types) {
        JsonNode tenancy = Chart.parse("{properties: {spec: {properties: {}}}, $defs: {word: {type: string}}}");
        return new ValuesSchema(tenancy, Chart.parse(types)).of(ValuesFile.read(values, Set.of()));
    }

    @Test
    void aCommentBecomesADescriptionAndASchema() {
        JsonNode schema = schemaOf("""
                # @section First
                # Of the first.

                # Not of a: there is a line between.

                # What a is,
                # in two lines.
                # @schema {minimum: 1,
                #          maximum: 9}
                a: 3
                # The parts of b.
                b:
                  # Switches it on.
                  on: true
                  # Names.
                  # @schema {items: {$ref: word}}
                  names: []
                  # As a whole.
                  # @schema {$ref: pair}
                  pair: {x: 1}
                """, "pair: {type: object, additionalProperties: {$ref: word}}");
        assertThat(schema.at("/properties/a"))
                .isEqualTo(
                        Chart.parse(
                                "{type: integer, minimum: 1, maximum: 9, description: 'What a is, in two lines.', default: 3}"));
        assertThat(schema.at("/properties/b")).isEqualTo(Chart.parse("""
                        type: object
                        description: The parts of b.
                        additionalProperties: false
                        properties:
                          on: {type: boolean, description: Switches it on., default: true}
                          names: {type: array, items: {$ref: "#/definitions/word"}, description: Names., default: []}
                          pair: {$ref: "#/definitions/pair", description: As a whole., default: {x: 1}}
                        """));
        assertThat(schema.at("/definitions/pair/additionalProperties/$ref").asText())
                .isEqualTo("#/definitions/word");
    }

    @Test
    void aTableHasARowForEachDescription() {
        List<ValuesSection> sections = ValuesFile.read("""
                # @section First
                # Of the first.

                a:
                  # Either | or.
                  # @schema {enum: [x, y]}
                  word: x
                  # `x` or `y`.
                  # @schema {enum: [x, y]}
                  named: y

                # @section Second

                # Some.
                # @schema {additionalProperties: {type: string}}
                b: {k: v, l: w}
                """, Set.of());
        String page = "# Page\n<!-- Generated from values.yaml. -->\nold\n<!-- End of what is generated. -->\nend\n";
        assertThat(ValuesTable.in(page, sections)).isEqualTo("""
                        # Page
                        <!-- Generated from values.yaml. -->

                        ### First

                        Of the first.

                        | value | default | |
                        |---|---|---|
                        | `a.word` | `"x"` | Either \\| or. One of `x`, `y`. |
                        | `a.named` | `"y"` | `x` or `y`. |

                        ### Second

                        | value | default | |
                        |---|---|---|
                        | `b` | `{"k": "v", "l": "w"}` | Some. |

                        <!-- End of what is generated. -->
                        end
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'a: 1'; values.yaml:1: no @section above",
                "'# @section S\n\na: 1'; values.yaml:3: a has no description",
                "'# @section S\n\na:\n  b: 1'; values.yaml:4: a.b has no description",
                "'# @section S\n# A.\na: 1'; values.yaml:3: the description of a has a line that begins with @",
                "'# @section S\n\n# A.\n# @shcema {minimum: 1}\na: 1'; values.yaml:5: the description of a has a line",
                "'# @section S\n\n# A.\na: []'; a says nothing of its items",
                "'# @section S\n\n# A.\na: {}'; a says nothing of its keys",
                "'# @section S\n\n# A.\na: null'; a is null",
                "'# @section S\n\n# A.\n# @schema {$ref: other}\na: 1'; the type other is unknown",
                "'# @section S\n\n# A.\n# @schema {$ref: word, minLength: 1}\na: x'; $ref: word has neighbours",
                "'# @section S\n\n# A.\n# @schema minimum\na: 1'; values.yaml:5: @schema is not a mapping",
            })
    void aValueThatIsNotDescribedIsRefused(String values, String problem) {
        assertThatThrownBy(() -> schemaOf(values, "{}")).hasMessageStartingWith(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{other: {type: string}}; 'types.yaml has [other], which nothing refers to'",
                "{word: {type: string}}; types.yaml has a type of the tenancy's schema",
            })
    void aTypeTooManyIsRefused(String types, String problem) {
        assertThatThrownBy(() -> schemaOf("# @section S\n\n# A.\na: 1\n", types))
                .hasMessageStartingWith(problem);
    }
}
