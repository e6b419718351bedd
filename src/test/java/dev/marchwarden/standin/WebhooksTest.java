package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.admission.Admission.Reviewed;
import dev.marchwarden.standin.store.Json;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which webhooks the stand-in asks about which writes, and what comes of their answers. */
@Timeout(60)
class WebhooksTest {
    private static final String SECRETS = "/api/v1/namespaces/shop/secrets";
    private static final String SECRET = "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"y\"}}}";
    private static final String NO_EFFECTS = "sideEffects: None";
    private static final String ALL =
            "rules: [{apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*']}]";

    private final StandInApiServer api = StandInApiServer.start();
    private final ApiClient client = new ApiClient(api);
    private Function<JsonNode, ObjectNode> answers = request -> Json.object().put("allowed", true);
    private final WebhookStub stub = new WebhookStub("hook.system.svc", request -> answers.apply(request));

    @BeforeEach
    void open() {
        api.put("shop", Map.of("team", "a"));
        api.serve("system", "hook", stub.port());
    }

    @AfterEach
    void close() {
        client.close();
        stub.close();
        api.close();
    }

    private void configure(String kind, String... more) {
        api.put("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: %s
                metadata: {name: hook}
                webhooks:
                - name: hook.example.com
                  clientConfig: {service: {name: hook, namespace: system, path: /ask}, caBundle: %s}
                  %s
                """.formatted(kind, stub.caBundle(), String.join("\n  ", more)));
    }

    private void validating(String... more) {
        configure("ValidatingWebhookConfiguration", more);
    }

    private List<String> asked() {
        return api.reviewed().stream()
                .map(Reviewed::request)
                .map(request -> request.path("operation").asText() + " "
                        + request.at("/resource/version").asText() + " "
                        + request.at("/resource/resource").asText()
                        + (request.has("subResource")
                                ? "/" + request.path("subResource").asText()
                                : "") + " "
                        + request.path("namespace").asText() + "/"
                        + request.path("name").asText())
                .toList();
    }

    @Test
    void aDenialIsTheAnswerAndNothingIsStored() throws Exception {
        validating(ALL, NO_EFFECTS);
        answers = request -> (ObjectNode) Json.parse("""
                {"allowed":false,"status":{"code":403,"reason":"Forbidden","message":"not today"},"warnings":["mind \\"it\\""]}""");
        JsonNode status = client.post(SECRETS, SECRET, 403);
        assertThat(status.path("message").asText())
                .isEqualTo("admission webhook \"hook.example.com\" denied the request: not today");
        assertThat(status.path("reason").asText()).isEqualTo("Forbidden");
        assertThat(client.lastWarnings()).containsExactly("299 - \"mind \\\"it\\\"\"");
        assertThat(api.all("secrets")).isEmpty();
    }

    @Test
    void mutatingOnesPatchAndValidatingOnesSeeTheOutcome() throws Exception {
        String patch = Base64.getEncoder()
                .encodeToString("[{\"op\":\"add\",\"path\":\"/metadata/labels/z\",\"value\":\"1\"}]".getBytes(UTF_8));
        configure("MutatingWebhookConfiguration", ALL.replace("'*']}]", "CREATE]}]"));
        validating(ALL, NO_EFFECTS);
        answers = request -> {
            ObjectNode yes = Json.object().put("allowed", true);
            return request.at("/object/metadata").has("uid")
                    ? yes
                    : yes.put("patchType", "JSONPatch").put("patch", patch);
        };
        client.post(SECRETS, SECRET, 201);
        assertThat(api.all("secrets").getFirst().at("/metadata/labels").toString())
                .isEqualTo("{\"x\":\"y\",\"z\":\"1\"}");
        assertThat(api.reviewed()
                        .getLast()
                        .request()
                        .at("/object/metadata/labels/z")
                        .asText())
                .isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true  | rules: [{apiGroups: [''], apiVersions: [v1], resources: [secrets], operations: [CREATE]}]
            false | rules: [{apiGroups: [''], apiVersions: [v1], resources: [secrets], operations: [UPDATE]}]
            false | rules: [{apiGroups: [''], apiVersions: [v1], resources: [secrets/status, pods], operations: [CREATE]}]
            false | rules: [{apiGroups: [apps], apiVersions: [v1], resources: ['*'], operations: [CREATE]}]
            false | rules: [{apiGroups: [''], apiVersions: [v1], resources: ['*'], operations: [CREATE], scope: Cluster}]
            true  | rules: [{apiGroups: [''], apiVersions: [v1], resources: ['*'], operations: [CREATE], scope: Namespaced}]
            """)
    void rulesSayWhatIsAsked(boolean wanted, String rules) throws Exception {
        validating(rules);
        client.post(SECRETS, SECRET, 201);
        assertThat(asked()).hasSize(wanted ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true  | namespaceSelector: {matchLabels: {team: a}}
            false | namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [a]}]}
            true  | objectSelector: {matchExpressions: [{key: x, operator: Exists}]}
            false | objectSelector: {matchLabels: {x: z}}
            true  | matchConditions: [{name: a, expression: "request.operation == 'CREATE' && object.metadata.name.startsWith('a')"}]
            false | matchConditions: [{name: a, expression: "object.metadata.?labels[?'x'].orValue('') != 'y'"}]
            false | matchConditions: [{name: a, expression: 'request.userInfo.groups.exists(g, g == "admins")'}]
            true  | matchConditions: [{name: a, expression: "oldObject == null"}]
            """)
    void selectorsAndConditionsSayWhatIsAsked(boolean wanted, String more) throws Exception {
        validating(ALL, NO_EFFECTS, more);
        client.post(SECRETS, SECRET, 201);
        assertThat(asked()).hasSize(wanted ? 1 : 0);
    }

    @Test
    void anotherVersionOfTheKindIsTheSameKind() throws Exception {
        validating(
                "rules: [{apiGroups: [networking.istio.io], apiVersions: [v1], resources: [sidecars], operations: [CREATE]}]");
        String path = "/apis/networking.istio.io/v1alpha3/namespaces/shop/sidecars";
        client.post(path, "{\"metadata\":{\"name\":\"a\"}}", 201);
        JsonNode request = api.reviewed().getFirst().request();
        assertThat(request.at("/object/apiVersion").asText()).isEqualTo("networking.istio.io/v1");
        assertThat(request.at("/requestKind/version").asText()).isEqualTo("v1alpha3");
        validating(
                "matchPolicy: Exact",
                "rules: [{apiGroups: [networking.istio.io], apiVersions: [v1], resources: [sidecars], operations: [CREATE]}]");
        client.post(path, "{\"metadata\":{\"name\":\"b\"}}", 201);
        assertThat(api.reviewed()).hasSize(1);
    }

    @Test
    void configurationsOfWebhooksAreNeverAskedAbout() throws Exception {
        validating(ALL, NO_EFFECTS);
        String path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/hook";
        client.patch(path, "application/merge-patch+json", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", 200);
        client.delete(path, 200);
        assertThat(api.reviewed()).isEmpty();
    }

    @Test
    void whoCannotBeAskedIsAskedInVain() throws Exception {
        validating(ALL, NO_EFFECTS);
        api.stopServing("system", "hook");
        assertThat(client.post(SECRETS, SECRET, 500).path("message").asText())
                .isEqualTo(
                        "Internal error occurred: failed calling webhook \"hook.example.com\": failed to call webhook: Post"
                                + " \"https://hook.system.svc:443/ask?timeout=10s\": no endpoints available for service \"hook\"");
        api.serve("system", "hook", 1);
        assertThat(client.post(SECRETS, SECRET, 500).path("message").asText()).endsWith("connect: connection refused");
        validating(ALL, "failurePolicy: Ignore");
        client.post(SECRETS, SECRET, 201);
    }

    @Test
    void whoseCertificateIsForAnotherNameIsNotTrusted() throws Exception {
        try (WebhookStub other =
                new WebhookStub("other.system.svc", request -> Json.object().put("allowed", true))) {
            api.serve("system", "hook", other.port());
            validating(ALL, NO_EFFECTS);
            assertThat(client.post(SECRETS, SECRET, 500).path("message").asText())
                    .contains("x509");
        }
    }

    @Test
    void whoIsSlowIsNotWaitedFor() throws Exception {
        validating(ALL, "timeoutSeconds: 1");
        answers = request -> {
            try {
                Thread.sleep(3_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Json.object().put("allowed", true);
        };
        assertThat(client.post(SECRETS, SECRET, 500).path("message").asText()).endsWith("context deadline exceeded");
    }

    @Test
    void dryRunsAreAskedAboutWhereThatHasNoEffects() throws Exception {
        validating(ALL, NO_EFFECTS);
        client.post(SECRETS + "?dryRun=All", SECRET, 201);
        assertThat(api.reviewed().getFirst().request().path("dryRun").asBoolean())
                .isTrue();
        validating(ALL, "sideEffects: Some");
        client.post(SECRETS + "?dryRun=All", SECRET, 400);
        assertThat(api.all("secrets")).isEmpty();
    }

    @Test
    void theEndOfANamespaceIsAskedAboutStepByStep() throws Exception {
        client.post(SECRETS, SECRET, 201);
        validating(ALL, NO_EFFECTS);
        client.delete("/api/v1/namespaces/shop", 200);
        Eventually.await("gone", () -> api.labels("shop") == null);
        assertThat(asked())
                .containsExactly(
                        "DELETE v1 namespaces shop/shop",
                        "DELETE v1 secrets shop/",
                        "UPDATE v1 namespaces/status shop/shop",
                        "UPDATE v1 namespaces/finalize shop/shop");
        assertThat(api.reviewed().getLast().request().at("/userInfo/username").asText())
                .isEqualTo("system:serviceaccount:kube-system:namespace-controller");
    }
}
