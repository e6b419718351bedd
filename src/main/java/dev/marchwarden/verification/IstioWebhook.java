package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.LabelSelector;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One webhook of an istiod, as the API server has it.
 *
 * @param configuration the name of the configuration that it is part of
 * @param name its own
 */
record IstioWebhook(String configuration, String name, JsonNode tree) {
    private static final String INJECT = "/inject";
    private static final String VALIDATE = "/validate";
    private static final String ISTIOD = "istiod";

    /** The injectors of a configuration; also those that are called by URL. */
    static Stream<IstioWebhook> injectors(JsonNode configuration) {
        return all(configuration)
                .filter(webhook -> webhook.name.endsWith("sidecar-injector.istio.io")
                        || webhook.path().equals(INJECT)
                        || webhook.path().startsWith(INJECT + "/"));
    }

    /** The validators of Istio's configuration; not ours of admission, which no istiod answers. */
    static Stream<IstioWebhook> validators(JsonNode configuration) {
        return all(configuration)
                .filter(webhook -> webhook.name.endsWith("validation.istio.io")
                        || (webhook.path().startsWith(VALIDATE)
                                && webhook.service().startsWith(ISTIOD)));
    }

    private static Stream<IstioWebhook> all(JsonNode configuration) {
        return configuration
                .path("webhooks")
                .valueStream()
                .map(tree -> new IstioWebhook(
                        ObjectMetadata.name(configuration), tree.path("name").asText(), tree));
    }

    /** Whether the API server asks it about an object of a namespace. */
    boolean takes(Map<String, String> namespaceLabels, Map<String, String> objectLabels) {
        return new LabelSelector(tree.path("namespaceSelector")).matches(namespaceLabels)
                && new LabelSelector(tree.path("objectSelector")).matches(objectLabels);
    }

    /** Where there are such, selectors do not tell all: nobody but an API server reads CEL. */
    boolean hasConditions() {
        return !tree.path("matchConditions").isEmpty();
    }

    private String path() {
        return tree.at("/clientConfig/service/path").asText();
    }

    String service() {
        return tree.at("/clientConfig/service/name").asText();
    }

    String namespace() {
        return tree.at("/clientConfig/service/namespace").asText();
    }

    /** {@code NAMESPACE/SERVICE}, or the URL. */
    String target() {
        String url = tree.at("/clientConfig/url").asText();
        return url.isEmpty() ? namespace() + "/" + service() : Quoted.bare(url);
    }

    /** Base64 of PEM; empty where there is none yet. */
    String authority() {
        return tree.at("/clientConfig/caBundle").asText();
    }

    /** Whether nothing gets by while nobody answers. */
    boolean isStrict() {
        return tree.path("failurePolicy").asText("Fail").equals("Fail");
    }

    boolean guards(String group) {
        return tree.path("rules")
                .valueStream()
                .flatMap(rule -> rule.path("apiGroups").valueStream())
                .map(JsonNode::asText)
                .anyMatch(List.of(group, "*")::contains);
    }
}
