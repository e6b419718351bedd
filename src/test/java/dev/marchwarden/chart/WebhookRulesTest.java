package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.reach.Inventory;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API server sends: every kind that is judged and none that is not, from every namespace but those that it starts from. */
class WebhookRulesTest {
    static List<String> cases() {
        return Chart.judging();
    }

    private static JsonNode validating(Rendered rendered, String entry) {
        return entry(rendered.one("ValidatingWebhookConfiguration"), entry);
    }

    private static JsonNode entry(JsonNode configuration, String name) {
        return configuration
                .path("webhooks")
                .valueStream()
                .filter(each -> each.path("name").asText().equals(name + ".marchwarden.dev"))
                .findFirst()
                .orElseThrow();
    }

    /** A rule a line: scope, group, version, resource, operation. */
    private static List<String> lines(JsonNode entry) {
        return entry.path("rules")
                .valueStream()
                .flatMap(rule -> texts(rule, "apiGroups")
                        .flatMap(group -> texts(rule, "apiVersions")
                                .flatMap(version -> texts(rule, "resources")
                                        .flatMap(resource -> texts(rule, "operations")
                                                .map(operation -> String.join(
                                                        " ",
                                                        rule.path("scope").asText(),
                                                        group,
                                                        version,
                                                        resource,
                                                        operation))))))
                .toList();
    }

    private static Stream<String> texts(JsonNode rule, String field) {
        return Rendered.texts(rule.path(field)).stream();
    }

    @Test
    void everyKindOfTheReachTableInEveryVersionIsSentOnce() throws Exception {
        Map<String, Inventory.Kind> inventory = Inventory.shipped().kinds();
        Set<String> expected = new TreeSet<>();
        for (KindTable table : ReachTable.shipped().kinds()) {
            if (table.complete()) {
                Inventory.Kind kind =
                        Objects.requireNonNull(inventory.get(table.group() + " " + table.kind()), table.toString());
                for (String version : table.versions()) {
                    for (String operation : List.of("CREATE", "UPDATE", "DELETE")) {
                        expected.add(String.join(
                                " ",
                                table.clusterScoped() ? "Cluster" : "Namespaced",
                                table.group(),
                                version,
                                kind.plural(),
                                operation));
                    }
                }
            }
        }
        Rendered rendered = Rendered.of("--set", "webhook.unknownKinds=false");
        assertThat(lines(validating(rendered, "configuration")))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** What is not in the table must be seen to be denied by the rule unknown-kind; a subresource has no spec to be judged. */
    @Test
    void whatNobodyHasHeardOfIsSentToo() {
        List<String> exact = lines(validating(Rendered.of("--set", "webhook.unknownKinds=false"), "configuration"));
        List<String> more = lines(validating(Rendered.ofGuide(), "configuration"));
        assertThat(more).containsAll(exact);
        Set<String> groups = new TreeSet<>();
        for (KindTable table : ReachTable.shipped().kinds()) {
            if (ReachTable.shipped().guards(table.group())) {
                groups.add(table.group());
            }
        }
        assertThat(more.stream().filter(line -> !exact.contains(line)))
                .containsExactlyInAnyOrderElementsOf(groups.stream()
                        .flatMap(group -> Stream.of("CREATE", "UPDATE", "DELETE")
                                .map(operation -> "* " + group + " * * " + operation))
                        .toList());
    }

    @Test
    void namespacesAreSentByEveryDoorToTheirLabels() {
        assertThat(lines(validating(Rendered.ofGuide(), "namespaces")))
                .containsExactlyInAnyOrder(
                        "Cluster  v1 namespaces CREATE",
                        "Cluster  v1 namespaces UPDATE",
                        "Cluster  v1 namespaces DELETE",
                        "Cluster  v1 namespaces/status UPDATE",
                        "Cluster  v1 namespaces/finalize UPDATE");
    }

    @Test
    void everyKindOfWorkloadIsSent() {
        Rendered rendered = Rendered.ofGuide();
        Stream<String> sent = Stream.of("pods", "templates", "cronjobs")
                .flatMap(entry -> lines(validating(rendered, entry)).stream());
        Set<String> expected = new TreeSet<>(
                Set.of("Namespaced  v1 pods/status UPDATE", "Namespaced  v1 pods/ephemeralcontainers UPDATE"));
        for (KindTable table : ReachTable.shipped().kinds()) {
            boolean makesPods = table.rows().stream().anyMatch(row -> row.path().endsWith("spec.hostNetwork"));
            if (makesPods && !table.kind().equals("Binding")) {
                for (String version : table.versions()) {
                    for (String operation : List.of("CREATE", "UPDATE")) {
                        expected.add(String.join(
                                " ",
                                "Namespaced",
                                table.group(),
                                version,
                                table.kind().toLowerCase(Locale.ROOT) + "s",
                                operation));
                    }
                }
            }
        }
        assertThat(sent).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** By resource, for some are subresources of others. */
    @Test
    void everyOtherKindIsSentWhereItIsWanted() {
        Map<String, String> resources = Map.of(
                "services", "Service",
                "ingresses", "Ingress",
                "endpoints", "Endpoints",
                "endpointslices", "EndpointSlice",
                "configmaps", "ConfigMap",
                "secrets", "Secret",
                "serviceaccounts/token", "TokenRequest",
                "bindings", "Binding",
                "pods/binding", "Binding");
        Rendered rendered = Rendered.of("--set", "otherKinds.endpoints=true");
        Set<String> sent = Stream.of(
                        "services", "ingresses", "endpoints", "configmaps", "secrets", "tokens", "bindings")
                .flatMap(entry -> lines(validating(rendered, entry)).stream())
                .filter(line -> line.endsWith(" CREATE"))
                .map(line -> line.split(" ", -1)[3])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(sent).isEqualTo(new TreeSet<>(resources.keySet()));
        assertThat(ReachTable.shipped().kinds())
                .filteredOn(KindTable::membersOnly)
                .allSatisfy(table -> assertThat(resources).containsValue(table.kind()));
        for (String option :
                List.of("services", "ingresses", "configMaps", "secrets", "tokens", "bindings", "controlPlanes")) {
            assertThat(Rendered.of("--set", "otherKinds." + option + "=false")
                            .one("ValidatingWebhookConfiguration")
                            .path("webhooks"))
                    .as(option)
                    .hasSize(Rendered.ofGuide()
                                    .one("ValidatingWebhookConfiguration")
                                    .path("webhooks")
                                    .size()
                            - 1);
        }
    }

    @Test
    void onlyWritesOfNamespacesAreCompleted() {
        assertThat(lines(entry(Rendered.ofGuide().one("MutatingWebhookConfiguration"), "label-pair")))
                .containsExactlyInAnyOrder("Cluster  v1 namespaces CREATE", "Cluster  v1 namespaces UPDATE");
    }

    private static boolean isDecidedByTheTwin(JsonNode entry) {
        return entry.path("matchConditions").findValuesAsText("name").contains("is-decided-by-the-twin");
    }

    /** A write of a namespace is sent to one of the two entries: the condition of the one is the negation of that of the other. */
    @Test
    void withAFallbackOnlyNamespacesAreLeftToTheTwin() {
        Rendered rendered = Rendered.ofCase("fallback");
        JsonNode decided = validating(rendered, "namespaces");
        JsonNode beyond = validating(rendered, "namespaces-beyond-the-twin");
        assertThat(rendered.one("ValidatingWebhookConfiguration").path("webhooks"))
                .filteredOn(WebhookRulesTest::isDecidedByTheTwin)
                .containsExactly(decided);
        assertThat(lines(beyond)).isEqualTo(lines(decided));
        assertThat(decided.at("/matchConditions/2/expression").asText().replace(" ", ""))
                .isEqualTo("!("
                        + beyond.at("/matchConditions/2/expression").asText().replace(" ", "") + ")");
        assertThat(beyond.at("/matchConditions/2/expression").asText())
                .contains("request.name in ['red-system', 'blue']", "request.name == 'red-lab'");
        assertThat(decided.at("/matchConditions/0")).isEqualTo(beyond.at("/matchConditions/0"));
        assertThat(decided.at("/matchConditions/1")).isEqualTo(beyond.at("/matchConditions/1"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void validationFailsClosedAndMutationOpen(String name) {
        Rendered rendered = Rendered.ofCase(name);
        boolean open = name.equals("everything");
        assertThat(rendered.one("ValidatingWebhookConfiguration").path("webhooks"))
                .allSatisfy(entry -> {
                    assertThat(entry.path("failurePolicy").asText())
                            .isEqualTo(open || isDecidedByTheTwin(entry) ? "Ignore" : "Fail");
                    // two questions to the API server, 1.5 s each, and the way there and back
                    assertThat(entry.path("timeoutSeconds").asInt()).isBetween(4, 10);
                    assertThat(target(entry)).endsWith("/validate");
                });
        assertThat(rendered.one("MutatingWebhookConfiguration").path("webhooks"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.path("failurePolicy").asText()).isEqualTo("Ignore");
                    assertThat(entry.path("timeoutSeconds").asInt()).isBetween(1, 5);
                    assertThat(entry.path("reinvocationPolicy").asText()).isEqualTo("IfNeeded");
                    assertThat(target(entry)).endsWith("/mutate");
                });
        for (String kind : List.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")) {
            assertThat(rendered.one(kind).path("webhooks")).allSatisfy(entry -> {
                assertThat(entry.path("sideEffects").asText()).startsWith("None");
                assertThat(entry.path("matchPolicy").asText()).isEqualTo("Equivalent");
                assertThat(Rendered.texts(entry.path("admissionReviewVersions")))
                        .containsExactly("v1");
                assertThat(entry.path("matchConditions")).isNotEmpty();
            });
        }
    }

    private static String target(JsonNode entry) {
        JsonNode client = entry.path("clientConfig");
        return client.has("url")
                ? client.path("url").asText()
                : client.at("/service/path").asText();
    }

    /** Whatever label another selector goes by, whoever may write it decides whether we are asked. */
    @ParameterizedTest
    @MethodSource("cases")
    void nothingIsSelectedByWhatATenantMayWrite(String name) {
        Rendered rendered = Rendered.ofCase(name);
        for (String kind : List.of("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")) {
            assertThat(rendered.one(kind).path("webhooks")).allSatisfy(entry -> {
                assertThat(entry.has("objectSelector")).isFalse();
                JsonNode selector = entry.path("namespaceSelector");
                boolean ofNamespaces = entry.path("rules").toString().contains("namespaces");
                if (ofNamespaces) {
                    // it would be asked of the namespace's own labels, and keep the protected ones out of sight
                    assertThat(selector.isMissingNode()).isTrue();
                } else {
                    assertThat(selector.properties()).hasSize(1);
                    assertThat(selector.path("matchExpressions"))
                            .singleElement()
                            .satisfies(expression -> {
                                assertThat(expression.path("key").asText()).isEqualTo("kubernetes.io/metadata.name");
                                assertThat(expression.path("operator").asText()).isEqualTo("NotIn");
                                assertThat(Rendered.texts(expression.path("values")))
                                        .contains(Chart.NAMESPACE, "kube-system", "kube-public", "kube-node-lease");
                            });
                }
            });
        }
    }

    /** Of what is left out of workloads, configuration is judged none the less. */
    @Test
    void whatMustStartWithoutUsIsLeftOutOfWorkloadsOnly() {
        Rendered rendered = Rendered.ofCase("workloads");
        for (String entry : List.of("pods", "templates", "cronjobs")) {
            assertThat(values(validating(rendered, entry))).contains("calico-system", "cert-manager");
        }
        assertThat(values(validating(rendered, "configuration"))).doesNotContain("calico-system", "cert-manager");
    }

    private static List<String> values(JsonNode entry) {
        return Rendered.texts(entry.at("/namespaceSelector/matchExpressions/0/values"));
    }

    /**
     * istiod writes into webhook configurations that it takes for its own, {@code istioctl uninstall} removes them, and {@code istioctl
     * analyze} takes entries for injectors.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void istioTakesNothingForItsOwn(String name) {
        assertThat(Rendered.ofCase(name).objects()).allSatisfy(object -> {
            JsonNode labels = object.path("metadata").path("labels");
            assertThat(labels.has("istio.io/rev")).isFalse();
            assertThat(labels.has("istio.io/tag")).isFalse();
            assertThat(labels.has("operator.istio.io/component")).isFalse();
            assertThat(labels.has("app")).isFalse();
            assertThat(object.path("webhooks"))
                    .allSatisfy(entry -> assertThat(entry.path("name").asText()).endsWith(".marchwarden.dev"));
        });
    }

    /** Or every GitOps tool would see a difference, and every upgrade take it away. */
    @ParameterizedTest
    @MethodSource("cases")
    void theAuthorityIsPublishedByOthers(String name) {
        String text = Rendered.ofCase(name).text();
        if (name.equals("url")) {
            assertThat(text).contains("caBundle: LS0t");
        } else {
            assertThat(text).doesNotContain("caBundle:");
        }
    }

    @Test
    void whereItRunsElsewhereNothingElseIsInstalled() {
        Rendered rendered = Rendered.ofCase("url");
        assertThat(rendered.objects())
                .extracting(object -> object.path("kind").asText())
                .containsExactlyInAnyOrder("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration");
        assertThat(rendered.one("ValidatingWebhookConfiguration").path("webhooks"))
                .hasSize(13)
                .allSatisfy(entry -> assertThat(entry.at("/clientConfig/url").asText())
                        .isEqualTo("https://localhost:8443/marchwarden/validate"));
        assertThat(rendered.text()).doesNotContain("service:");
    }

    @Test
    void theServiceIsTheOneThatIsInstalled() {
        for (String name : List.of("guide", "everything")) {
            Rendered rendered = Rendered.ofCase(name);
            String service = rendered.one("Deployment").at("/metadata/name").asText();
            assertThat(rendered.one("Service", service).at("/spec/ports/0/port").asInt())
                    .isEqualTo(443);
            assertThat(rendered.one("ValidatingWebhookConfiguration").path("webhooks"))
                    .allSatisfy(entry -> {
                        JsonNode client = entry.at("/clientConfig/service");
                        assertThat(client.path("name").asText()).isEqualTo(service);
                        assertThat(client.path("namespace").asText()).isEqualTo(Chart.NAMESPACE);
                        assertThat(client.path("port").asInt()).isEqualTo(443);
                    });
        }
    }

    /**
     * helm deletes what it installed, webhook configurations first (its UninstallOrder), and waits for nobody; a hook would wait for a pod,
     * and be left behind.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void nothingOutlivesItsRelease(String name) {
        assertThat(Rendered.ofCase(name).objects()).allSatisfy(object -> {
            JsonNode metadata = object.path("metadata");
            assertThat(metadata.has("finalizers")).isFalse();
            assertThat(metadata.path("annotations").has("helm.sh/resource-policy"))
                    .isFalse();
            if (Rendered.isHook(object)) {
                assertThat(metadata.path("annotations").path("helm.sh/hook").asText())
                        .isIn("test", "post-install,post-upgrade");
                assertThat(metadata.path("annotations")
                                .path("helm.sh/hook-delete-policy")
                                .asText())
                        .contains("before-hook-creation", "hook-succeeded");
                assertThat(object.path("kind").asText()).doesNotContain("Webhook");
            }
        });
    }
}
