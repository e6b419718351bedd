package dev.marchwarden.verification;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.LabelSelector;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperations;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ServiceReference;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One webhook of an istiod, as the API server has it.
 *
 * @param configuration the name of the configuration that it is part of
 * @param name its own
 * @param client whom the API server calls
 * @param hasConditions where there are such, selectors do not tell all: nobody but an API server reads CEL
 * @param isStrict whether nothing gets by while nobody answers
 */
record IstioWebhook(
        String configuration,
        String name,
        WebhookClientConfig client,
        LabelSelector namespaces,
        LabelSelector objects,
        List<RuleWithOperations> rules,
        boolean hasConditions,
        boolean isStrict) {
    private static final String INJECT = "/inject";
    private static final String VALIDATE = "/validate";

    IstioWebhook {
        rules = List.copyOf(rules);
    }

    /** The injectors of a configuration; also those that are called by URL. */
    static Stream<IstioWebhook> injectors(MutatingWebhookConfiguration configuration) {
        return configuration.getWebhooks().stream()
                .map(its -> new IstioWebhook(
                        ObjectMetadata.name(configuration),
                        its.getName(),
                        its.getClientConfig(),
                        Selectors.of(its.getNamespaceSelector()),
                        Selectors.of(its.getObjectSelector()),
                        its.getRules(),
                        !its.getMatchConditions().isEmpty(),
                        isStrict(its.getFailurePolicy())))
                .filter(webhook -> webhook.name.endsWith("sidecar-injector.istio.io")
                        || webhook.path().equals(INJECT)
                        || webhook.path().startsWith(INJECT + "/"));
    }

    /** The validators of Istio's configuration; not ours of admission, which no istiod answers. */
    static Stream<IstioWebhook> validators(ValidatingWebhookConfiguration configuration) {
        return configuration.getWebhooks().stream()
                .map(its -> new IstioWebhook(
                        ObjectMetadata.name(configuration),
                        its.getName(),
                        its.getClientConfig(),
                        Selectors.of(its.getNamespaceSelector()),
                        Selectors.of(its.getObjectSelector()),
                        its.getRules(),
                        !its.getMatchConditions().isEmpty(),
                        isStrict(its.getFailurePolicy())))
                .filter(webhook -> webhook.name.endsWith("validation.istio.io")
                        || (webhook.path().startsWith(VALIDATE)
                                && webhook.service().startsWith(IstioNames.ISTIOD)));
    }

    private static boolean isStrict(@Nullable String failurePolicy) {
        return failurePolicy == null || failurePolicy.equals("Fail");
    }

    /** Whether the API server asks it about an object of a namespace. */
    boolean takes(Map<String, String> namespaceLabels, Map<String, String> objectLabels) {
        return namespaces.matches(namespaceLabels) && objects.matches(objectLabels);
    }

    /** Without a name where it is called by URL. */
    private ServiceReference reference() {
        return Objects.requireNonNullElseGet(client.getService(), ServiceReference::new);
    }

    private String path() {
        return Objects.requireNonNullElse(reference().getPath(), "");
    }

    String service() {
        return Objects.requireNonNullElse(reference().getName(), "");
    }

    String namespace() {
        return Objects.requireNonNullElse(reference().getNamespace(), "");
    }

    /** {@code NAMESPACE/SERVICE}, or the URL. */
    String target() {
        return client.getUrl() == null ? namespace() + "/" + service() : Quoted.bare(client.getUrl());
    }

    /** Base64 of PEM; empty where there is none yet. */
    String authority() {
        return Objects.requireNonNullElse(client.getCaBundle(), "");
    }

    boolean guards(String group) {
        return rules.stream().flatMap(rule -> rule.getApiGroups().stream()).anyMatch(List.of(group, "*")::contains);
    }
}
