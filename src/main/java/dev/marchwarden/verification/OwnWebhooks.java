package dev.marchwarden.verification;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.marchwarden.bootstrap.PlatformSelector;
import dev.marchwarden.certificates.RootBundle;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether Marchwarden's own validation is in force as its chart states it: what is not sent to it is not judged. Platforms add selectors of
 * their own to every webhook, by labels that a tenant may set.
 */
final class OwnWebhooks implements Check {
    private static final String OURS = ".marchwarden.dev";
    /** Of the validators that bootstrap writes, which istiods answer. */
    private static final String ISTIODS = ".validation.marchwarden.dev";

    private static final String NAME = "admission";
    /** The webhooks as the chart states them, a YAML list (charts/marchwarden/templates/validating-webhook.yaml). */
    private static final String STATED = "marchwarden.dev/webhooks";

    private static final List<String> SELECTORS = List.of("namespaceSelector", "objectSelector");
    /** Says which of them were put in force by a pod. Without it a pod that is ready does so again. */
    private static final String IN_FORCE = "marchwarden.dev/webhooks-in-force";

    private final Instant now;

    OwnWebhooks(Instant now) {
        this.now = now;
    }

    static boolean isOurs(JsonNode configuration) {
        return configuration.at("/metadata/annotations").has(STATED)
                || configuration
                        .path("webhooks")
                        .valueStream()
                        .map(webhook -> webhook.path("name").asText())
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
                + "-`: a pod of Marchwarden that is ready then puts back what the chart states";
    }

    private List<Finding> findings(JsonNode configuration) {
        String subject = "validatingwebhookconfiguration " + ObjectMetadata.name(configuration);
        JsonNode stated = stated(configuration);
        JsonNode webhooks = configuration.path("webhooks");
        List<Finding> findings = new ArrayList<>();
        for (JsonNode wanted : stated) {
            if (named(webhooks, wanted.path("name").asText()).isMissingNode()) {
                findings.add(Finding.error(
                        NAME,
                        subject,
                        "lacks the webhook " + Quoted.bare(wanted.path("name").asText()),
                        putBack(subject)));
            }
        }
        for (JsonNode webhook : webhooks) {
            findings.addAll(findings(
                    subject, webhook, named(stated, webhook.path("name").asText())));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok(NAME, subject, webhooks.size() + " webhooks as the chart states them"))
                : findings;
    }

    /** Empty where the annotation is not there, or cannot be read. */
    private static JsonNode stated(JsonNode configuration) {
        try {
            return YamlTrees.MAPPER.readTree(configuration
                    .path("metadata")
                    .path("annotations")
                    .path(STATED)
                    .asText());
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    private static JsonNode named(JsonNode webhooks, String name) {
        return webhooks.valueStream()
                .filter(webhook -> webhook.path("name").asText().equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private List<Finding> findings(String subject, JsonNode webhook, JsonNode stated) {
        List<Finding> findings = new ArrayList<>();
        String name = Quoted.bare(webhook.path("name").asText());
        String policy = webhook.path("failurePolicy").asText("Fail");
        if (!policy.equals("Fail") && isFallback(stated)) {
            findings.add(
                    Finding.warning(
                                    NAME,
                                    subject,
                                    "failurePolicy is " + Quoted.bare(policy) + " by the chart's twin.mode",
                                    "`kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings -l"
                                            + " app.kubernetes.io/component=twin` shows the policies that decide then")
                            .at(name)
                            .because(
                                    "while nobody answers, it depends on the policies of the twin, which are not looked at here"));
        } else if (!policy.equals("Fail")) {
            findings.add(Finding.error(NAME, subject, "failurePolicy is " + Quoted.bare(policy), putBack(subject))
                    .at(name)
                    .because("while nobody answers, everything passes"));
        }
        Optional<RootBundle> authority = authority(webhook);
        if (authority.isEmpty() || !now.isBefore(authority.get().end())) {
            findings.add(Finding.error(
                            NAME,
                            subject,
                            authority.isEmpty() ? "caBundle holds no certificate" : "caBundle has expired",
                            "look at the logs of Marchwarden's pods, which publish it")
                    .at(name)
                    .because("the API server cannot call the webhook"));
        }
        for (String selector : SELECTORS) {
            findings.addAll(selector(subject, name, selector, webhook, stated));
        }
        for (String field : List.of("rules", "matchConditions")) {
            if (!stated.isMissingNode() && !items(webhook.path(field)).equals(items(stated.path(field)))) {
                findings.add(Finding.error(NAME, subject, field + " is not as the chart states it", putBack(subject))
                        .at(name)
                        .because("what is not sent is not judged"));
            }
        }
        return findings;
    }

    /** Whether the chart states that only what policies of the API server decide as well may pass. */
    private static boolean isFallback(JsonNode stated) {
        return stated.path("failurePolicy").asText().equals("Ignore")
                && stated.path("matchConditions")
                        .valueStream()
                        .anyMatch(condition -> condition.path("name").asText().equals("is-decided-by-the-twin"));
    }

    /** What was added takes namespaces out of sight; each such condition is told with a label by which anybody could use it. */
    private static List<Finding> selector(
            String subject, String name, String selector, JsonNode webhook, JsonNode stated) {
        Set<JsonNode> added = items(webhook.path(selector).path("matchExpressions"));
        added.removeAll(items(stated.path(selector).path("matchExpressions")));
        added.removeIf(expression ->
                stated.isMissingNode() && expression.path("key").asText().equals("kubernetes.io/metadata.name"));
        List<Finding> findings = new ArrayList<>();
        for (JsonNode expression : added) {
            if (PlatformSelector.leavesOutSystemNamespaces(expression)) {
                findings.add(Finding.warning(
                                NAME,
                                subject,
                                selector + " has a condition of the platform: " + words(expression),
                                "nothing, where these namespaces are the platform's own")
                        .at(name));
            }
        }
        added.removeIf(PlatformSelector::leavesOutSystemNamespaces);
        findings.addAll(added.stream()
                .map(expression -> Finding.error(
                                NAME,
                                subject,
                                selector + " has a condition that the chart does not state: " + words(expression),
                                "keep the platform from adding it (on AKS by the annotation admissions.enforcer/disabled:"
                                        + " \"true\"), then " + putBack(subject))
                        .at(name)
                        .because(outOfSight(expression)))
                .toList());
        if (!webhook.path(selector)
                .path("matchLabels")
                .equals(stated.path(selector).path("matchLabels"))) {
            findings.add(Finding.error(
                            NAME, subject, selector + ".matchLabels is not as the chart states it", putBack(subject))
                    .at(name)
                    .because("what is not selected is not judged"));
        }
        return findings;
    }

    private static String words(JsonNode expression) {
        String values = expression
                .path("values")
                .valueStream()
                .map(value -> Quoted.bare(value.asText()))
                .collect(Collectors.joining(","));
        return Quoted.bare(expression.path("key").asText()) + " "
                + Quoted.bare(expression.path("operator").asText()) + (values.isEmpty() ? "" : " [" + values + "]");
    }

    /** By which label of a namespace or an object nothing of it is sent any more. */
    private static String outOfSight(JsonNode expression) {
        String key = Quoted.bare(expression.path("key").asText());
        String label = switch (expression.path("operator").asText()) {
            case "NotIn" ->
                "labelled " + key + "=" + Quoted.bare(expression.at("/values/0").asText());
            case "DoesNotExist" -> "labelled " + key;
            default -> "not labelled " + key;
        };
        return "whatever is " + label + " is out of Marchwarden's sight";
    }

    private static Set<JsonNode> items(JsonNode list) {
        Set<JsonNode> items = new HashSet<>();
        list.forEach(items::add);
        return items;
    }

    private static Optional<RootBundle> authority(JsonNode webhook) {
        try {
            byte[] pem = Base64.getDecoder()
                    .decode(webhook.at("/clientConfig/caBundle").asText());
            return RootBundle.parse(new String(pem, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
