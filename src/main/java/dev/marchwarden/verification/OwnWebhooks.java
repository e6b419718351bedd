package dev.marchwarden.verification;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.PlatformSelector;
import dev.marchwarden.certificates.RootBundle;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether Marchwarden's own validation is in force as its chart renders it: what is not sent to it is not judged. Platforms add selectors of
 * their own to every webhook, by labels that a tenant may set.
 */
final class OwnWebhooks implements Check {
    private static final String OURS = ".marchwarden.dev";
    /** Of the validators that bootstrap writes, which istiods answer. */
    private static final String ISTIODS = ".validation.marchwarden.dev";

    private static final String NAME = "admission";
    /** The webhooks as the chart renders them, a YAML list (charts/marchwarden/templates/validating-webhook.yaml). */
    private static final String STATED = "marchwarden.dev/webhooks";

    /** Says which of them were put in force by a pod. Without it a pod that is ready does so again. */
    private static final String IN_FORCE = "marchwarden.dev/webhooks-in-force";

    private final Instant now;

    OwnWebhooks(Instant now) {
        this.now = now;
    }

    static boolean isOurs(ValidatingWebhookConfiguration configuration) {
        return configuration.getMetadata().getAnnotations().containsKey(STATED)
                || configuration.getWebhooks().stream()
                        .map(ValidatingWebhook::getName)
                        .anyMatch(name -> name.endsWith(OURS) && !name.endsWith(ISTIODS));
    }

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        if (snapshot.own().isEmpty()) {
            return List.of(Finding.error(
                            NAME,
                            "Marchwarden",
                            "no ValidatingWebhookConfiguration of its own",
                            "install its Helm chart")
                    .because("nothing stops writes that cross the boundary"));
        }
        return snapshot.own().stream()
                .flatMap(configuration -> findings(configuration).stream())
                .toList();
    }

    private static String putBack(String subject) {
        return "`kubectl annotate " + subject + " " + IN_FORCE
                + "-`: a ready pod of Marchwarden then restores what the chart renders";
    }

    private List<Finding> findings(ValidatingWebhookConfiguration configuration) {
        String subject = "validatingwebhookconfiguration " + ObjectMetadata.name(configuration);
        Map<String, ValidatingWebhook> stated = stated(configuration);
        List<ValidatingWebhook> webhooks = configuration.getWebhooks();
        List<Finding> findings = new ArrayList<>();
        if (stated.isEmpty() && isToBeStated(configuration)) {
            findings.add(Finding.error(
                            NAME,
                            subject,
                            "annotation " + STATED + " is missing or not a list of webhooks",
                            "`helm upgrade` Marchwarden's chart, which renders them there")
                    .because("there is nothing to compare its rules and conditions with"));
        }
        Set<String> missing = new LinkedHashSet<>(stated.keySet());
        webhooks.forEach(webhook -> missing.remove(webhook.getName()));
        for (String name : missing) {
            findings.add(Finding.error(NAME, subject, "lacks the webhook " + Quoted.bare(name), putBack(subject)));
        }
        for (ValidatingWebhook webhook : webhooks) {
            findings.addAll(findings(subject, webhook, stated.get(webhook.getName())));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok(NAME, subject, webhooks.size() + " webhooks as the chart renders them"))
                : findings;
    }

    /** The chart has no annotation where the API server calls a URL: the webhooks are then in force from the start. */
    private static boolean isToBeStated(ValidatingWebhookConfiguration configuration) {
        return configuration.getMetadata().getAnnotations().containsKey(STATED)
                || ObjectMetadata.webhooks(configuration).stream().anyMatch(client -> client.getUrl() == null);
    }

    /** By name; empty where the annotation is not there, states none, or cannot be read as a whole. */
    private static Map<String, ValidatingWebhook> stated(ValidatingWebhookConfiguration configuration) {
        String text = ObjectMetadata.annotation(configuration, STATED);
        Map<String, ValidatingWebhook> stated = new LinkedHashMap<>();
        try {
            ObjectNode tree = YamlTrees.MAPPER.createObjectNode().set("webhooks", YamlTrees.MAPPER.readTree(text));
            for (ValidatingWebhook webhook : ClusterClient.object(Kind.VALIDATING_WEBHOOK_CONFIGURATION, tree)
                    .getWebhooks()) {
                if (webhook == null || webhook.getName() == null) {
                    return Map.of();
                }
                stated.putIfAbsent(webhook.getName(), webhook);
            }
        } catch (JacksonException | IllegalArgumentException e) {
            return Map.of();
        }
        return stated;
    }

    private List<Finding> findings(String subject, ValidatingWebhook webhook, @Nullable ValidatingWebhook stated) {
        List<Finding> findings = new ArrayList<>();
        String name = Quoted.bare(webhook.getName());
        String policy = Objects.requireNonNullElse(webhook.getFailurePolicy(), "Fail");
        if (!policy.equals("Fail") && isFallback(stated)) {
            findings.add(Finding.warning(
                            NAME,
                            subject,
                            "failurePolicy is " + Quoted.bare(policy) + " by the chart's twin.mode",
                            "`kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings -l"
                                    + " app.kubernetes.io/component=twin` shows the policies that decide then")
                    .at(name)
                    .because("while no pod answers, the policies of the twin decide, which are not checked here"));
        } else if (!policy.equals("Fail")) {
            findings.add(Finding.error(NAME, subject, "failurePolicy is " + Quoted.bare(policy), putBack(subject))
                    .at(name)
                    .because("while no pod answers, everything passes"));
        }
        Optional<RootBundle> authority = authority(webhook);
        if (authority.isEmpty() || !now.isBefore(authority.get().end())) {
            findings.add(Finding.error(
                            NAME,
                            subject,
                            authority.isEmpty() ? "caBundle contains no certificate" : "caBundle has expired",
                            "look at the logs of Marchwarden's pods, which publish it")
                    .at(name)
                    .because("the API server cannot call the webhook"));
        }
        ValidatingWebhook by = stated == null ? new ValidatingWebhook() : stated;
        findings.addAll(selector(
                subject,
                name,
                "namespaceSelector",
                webhook.getNamespaceSelector(),
                by.getNamespaceSelector(),
                stated != null));
        findings.addAll(selector(
                subject, name, "objectSelector", webhook.getObjectSelector(), by.getObjectSelector(), stated != null));
        if (stated != null && !Set.copyOf(webhook.getRules()).equals(Set.copyOf(stated.getRules()))) {
            findings.add(differs(subject, name, "rules"));
        }
        if (stated != null
                && !Set.copyOf(webhook.getMatchConditions()).equals(Set.copyOf(stated.getMatchConditions()))) {
            findings.add(differs(subject, name, "matchConditions"));
        }
        return findings;
    }

    private static Finding differs(String subject, String name, String field) {
        return Finding.error(NAME, subject, field + " is not as the chart renders it", putBack(subject))
                .at(name)
                .because("what is not sent is not judged");
    }

    /** Whether the chart states that only what policies of the API server decide as well may pass. */
    private static boolean isFallback(@Nullable ValidatingWebhook stated) {
        return stated != null
                && "Ignore".equals(stated.getFailurePolicy())
                && stated.getMatchConditions().stream()
                        .anyMatch(condition -> "is-decided-by-the-twin".equals(condition.getName()));
    }

    /** What was added takes namespaces out of sight; each such condition is told with a label by which anybody could use it. */
    private static List<Finding> selector(
            String subject,
            String name,
            String selector,
            @Nullable LabelSelector there,
            @Nullable LabelSelector stated,
            boolean isStated) {
        LabelSelector its = Objects.requireNonNullElseGet(there, LabelSelector::new);
        LabelSelector wanted = Objects.requireNonNullElseGet(stated, LabelSelector::new);
        Set<LabelSelectorRequirement> added = new LinkedHashSet<>(its.getMatchExpressions());
        wanted.getMatchExpressions().forEach(added::remove);
        added.removeIf(expression -> !isStated && expression.getKey().equals("kubernetes.io/metadata.name"));
        List<Finding> findings = new ArrayList<>();
        for (LabelSelectorRequirement expression : added) {
            if (isOfPlatform(expression)) {
                findings.add(Finding.warning(
                                NAME,
                                subject,
                                selector + " has a condition of the platform: " + words(expression),
                                "nothing, if these namespaces belong to the platform")
                        .at(name));
            }
        }
        added.removeIf(OwnWebhooks::isOfPlatform);
        findings.addAll(added.stream()
                .map(expression -> Finding.error(
                                NAME,
                                subject,
                                selector + " has a condition that the chart does not render: " + words(expression),
                                "keep the platform from adding it (on AKS by the annotation admissions.enforcer/disabled:"
                                        + " \"true\"), then " + putBack(subject))
                        .at(name)
                        .because(outOfSight(expression)))
                .toList());
        if (!its.getMatchLabels().equals(wanted.getMatchLabels())) {
            findings.add(Finding.error(
                            NAME, subject, selector + ".matchLabels is not as the chart renders it", putBack(subject))
                    .at(name)
                    .because("what is not selected is not judged"));
        }
        return findings;
    }

    private static boolean isOfPlatform(LabelSelectorRequirement expression) {
        return PlatformSelector.leavesOutSystemNamespaces(
                expression.getKey(), expression.getOperator(), expression.getValues());
    }

    private static String words(LabelSelectorRequirement expression) {
        String values = expression.getValues().stream().map(Quoted::bare).collect(Collectors.joining(","));
        return Quoted.bare(expression.getKey()) + " " + Quoted.bare(expression.getOperator())
                + (values.isEmpty() ? "" : " [" + values + "]");
    }

    /** By which label of a namespace or an object nothing of it is sent any more. */
    private static String outOfSight(LabelSelectorRequirement expression) {
        String key = Quoted.bare(expression.getKey());
        String label = switch (expression.getOperator()) {
            case "NotIn" ->
                "labelled " + key + "=" + Quoted.bare(expression.getValues().getFirst());
            case "DoesNotExist" -> "labelled " + key;
            default -> "not labelled " + key;
        };
        return "whatever is " + label + " is not seen by Marchwarden";
    }

    private static Optional<RootBundle> authority(ValidatingWebhook webhook) {
        try {
            byte[] pem = Base64.getDecoder()
                    .decode(Objects.requireNonNullElse(webhook.getClientConfig().getCaBundle(), ""));
            return RootBundle.parse(new String(pem, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
