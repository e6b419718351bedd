package dev.marchwarden.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as a difference, and how it reads. */
class ComparisonTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    private static JsonNode yaml(String text) throws Exception {
        return YAML.readTree(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {a: 1}                     | {a: 1, b: 2}                      | ''
            {a: 1}                     | {a: 1.0}                          | ''
            {a: x}                     | {a: 'y'}                          | a: y -> x
            {a: '1'}                   | {a: 1}                            | a: 1 -> 1
            {a: {b: {c: x}}}           | {a: {b: {}}}                      | a.b.c: (none) -> x
            {a: {b.example/c: x}}      | {a: {}}                           | a."b.example/c": (none) -> x
            {a: [x, z]}                | {a: [x]}                          | a[1]: (none) -> z
            {a: [x]}                   | {a: [x, z]}                       | a[1]: z -> (none)
            {a: [{b: x}]}              | {a: [{b: x, c: default}]}         | ''
            {a: []}                    | {}                                | ''
            {a: {}}                    | {}                                | ''
            {a: {}}                    | {a: {b: x}}                       | 'a: {"b":"x"} -> {}'
            {a: {selector: {b: x}}}    | {a: {selector: {b: x, c: z}}}     | a.selector.c: z -> (none)
            {a: {b: x}}                | {a: text}                         | 'a: text -> {"b":"x"}'
            {a: 'two words'}           | {a: null}                         | 'a: null -> "two words"'
            """)
    void ofObjects(String desired, String actual, String expected) throws Exception {
        assertThat(Comparison.ofObjects(yaml(desired), yaml(actual)))
                .extracting(Difference::toString)
                .containsExactlyElementsOf(expected.isEmpty() ? List.of() : List.of(expected));
    }

    @Test
    void inAPolicyAFieldTooManyIsADifference() throws Exception {
        JsonNode desired = yaml("""
                apiVersion: security.istio.io/v1
                metadata: {name: strict}
                spec: {mtls: {mode: STRICT}}
                """);
        JsonNode actual = yaml("""
                apiVersion: security.istio.io/v1
                metadata: {name: strict, uid: u, labels: {a: b}}
                spec: {mtls: {mode: STRICT}, selector: {matchLabels: {app: one}}, portLevelMtls: {"80": {mode: DISABLE}}}
                """);
        assertThat(Comparison.ofObjects(desired, actual))
                .extracting(Difference::toString)
                .containsExactly(
                        "spec.portLevelMtls: {\"80\":{\"mode\":\"DISABLE\"}} -> (none)",
                        "spec.selector: {\"matchLabels\":{\"app\":\"one\"}} -> (none)");
    }

    @Test
    void longValuesAreCut() throws Exception {
        assertThat(Comparison.ofObjects(yaml("{a: " + "x".repeat(1000) + "}"), yaml("{}")))
                .singleElement()
                .asString()
                .hasSizeLessThan(160)
                .endsWith("...");
    }

    /** What Azure adds is no difference where the annotation says that it should not, and it did. */
    @Test
    void whatThePlatformAddsIsNotWrittenAgain() throws Exception {
        JsonNode desired =
                webhook("annotations: {admissions.enforcer/disabled: 'true'}", "matchLabels: {usergroup: a}");
        String added =
                "matchLabels: {usergroup: a}, matchExpressions: [{key: control-plane, operator: NotIn, values: ['true']}, "
                        + "{key: kubernetes.azure.com/managedby, operator: NotIn, values: [aks]}%s]";
        JsonNode annotated = webhook("annotations: {admissions.enforcer/disabled: 'true'}", added.formatted(""));
        assertThat(Comparison.ofObjects(desired, annotated)).isEmpty();
        assertThat(PlatformSelector.labels(annotated))
                .containsExactly("control-plane=true", "kubernetes.azure.com/managedby=aks");
        assertThat(Comparison.ofObjects(
                        desired,
                        webhook(
                                "annotations: {admissions.enforcer/disabled: 'true'}",
                                added.formatted(", {key: usergroup, operator: NotIn, values: [a]}"))))
                .hasSize(1);
        JsonNode before = webhook("labels: {}", added.formatted(""));
        assertThat(Comparison.ofObjects(desired, before)).hasSize(2);
        assertThat(PlatformSelector.labels(before)).isEmpty();
    }

    /** As Autopilot does; a namespace of somebody else among them is a difference. */
    @Test
    void namespacesOfThePlatformAreNoDifference() throws Exception {
        String added =
                "matchLabels: {usergroup: a}, matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [%s]}]";
        JsonNode desired = webhook("labels: {}", "matchLabels: {usergroup: a}");
        assertThat(Comparison.ofObjects(
                        desired,
                        webhook("labels: {}", added.formatted("kube-system, gke-gmp-system, gke-managed-cim"))))
                .isEmpty();
        assertThat(Comparison.ofObjects(desired, webhook("labels: {}", added.formatted("kube-system, shop"))))
                .hasSize(1);
    }

    private static JsonNode webhook(String metadata, String selector) throws Exception {
        return yaml(
                "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: a, "
                        + metadata + "}, webhooks: [{name: a.b.c, namespaceSelector: {" + selector + "}}]}");
    }
}
