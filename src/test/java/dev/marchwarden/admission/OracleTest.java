package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.model.Border;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.rules.NamespaceRules;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.TenancyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzz test's oracle is not blind: with a rule left out, it objects to an answer about one of the golden cases already. */
class OracleTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<RuleName> rules() {
        return NamespaceRules.ALL.stream().map(rule -> rule.name());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void objectsWhereARuleIsLeftOut(RuleName rule) throws Exception {
        Admission admission = ReviewFuzzTest.admission(
                OtherRules.without(rule, TenancyFile.parse("fuzz", Border.TENANCY.getBytes(UTF_8))));
        int objections = 0;
        for (Path file : reviews()) {
            byte[] review = Files.readAllBytes(file);
            try {
                if (Answer.to(review, Webhook.VALIDATE, admission).allowed()
                        && new Oracle(JSON.readTree(review).path("request"))
                                .objection()
                                .isPresent()) {
                    objections++;
                }
            } catch (MalformedReviewException | JsonProcessingException e) {
                assertThat(e).isNotNull(); // refused, or not for this parser
            }
        }
        assertThat(objections).isPositive();
    }

    private static List<Path> reviews() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of("test-fixtures/reviews"))) {
            return files.filter(file -> file.endsWith("request.json")).sorted().toList();
        }
    }
}
