package dev.marchwarden.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Map<String, String> LABELS = Map.of("usergroup", "one", "team", "a");

    private static LabelSelector selector(String yaml) throws JsonProcessingException {
        return LabelSelector.of(YAML.readTree(yaml));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | true",
                "matchLabels: {usergroup: one} | true",
                "matchLabels: {usergroup: one, team: b} | false",
                "matchExpressions: [{key: team, operator: In, values: [a, b]}] | true",
                "matchExpressions: [{key: team, operator: NotIn, values: [a]}] | false",
                "matchExpressions: [{key: absent, operator: NotIn, values: [a]}] | true",
                "matchExpressions: [{key: team, operator: Exists}] | true",
                "matchExpressions: [{key: team, operator: DoesNotExist}] | false",
                "{matchLabels: {usergroup: one}, matchExpressions: [{key: absent, operator: Exists}]} | false",
            })
    void allConditionsTogether(String yaml, boolean expected) throws Exception {
        assertThat(selector(yaml).matches(LABELS)).isEqualTo(expected);
        assertThat(selector(yaml).mayMatch(LABELS)).isEqualTo(expected);
        assertThat(selector(yaml).isValid()).isTrue();
    }

    @Test
    void anUnknownOperatorIsNoMatchForCertain() throws Exception {
        LabelSelector unknown = selector("matchExpressions: [{key: team, operator: Like, values: [a]}]");
        assertThat(unknown.matches(LABELS)).isFalse();
        assertThat(unknown.mayMatch(LABELS)).isTrue();
        assertThat(unknown.isValid()).isFalse();
        LabelSelector impossible = selector("""
                matchLabels: {usergroup: two}
                matchExpressions: [{key: team, operator: Like, values: [a]}]
                """);
        assertThat(impossible.mayMatch(LABELS)).isFalse();
    }

    @Test
    void istiodReadsAllWithoutSelectorsOrWithOneThatIsNotValid() throws Exception {
        String one = "discoverySelectors: [{matchLabels: {usergroup: two}}";
        assertThat(DiscoverySelectors.of(YAML.readTree("{}")).discovers(LABELS)).isTrue();
        assertThat(DiscoverySelectors.of(YAML.readTree(one + "]")).discovers(LABELS))
                .isFalse();
        assertThat(DiscoverySelectors.of(
                                YAML.readTree(one + ", {matchExpressions: [{key: team, operator: In, values: []}]}]"))
                        .discovers(LABELS))
                .isTrue();
        assertThat(DiscoverySelectors.of(YAML.readTree(one + ", {matchExpressions: [{key: b, operator: Exists}]}]"))
                        .keys())
                .containsExactly("b", "usergroup");
    }
}
