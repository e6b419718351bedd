package dev.marchwarden.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.tenancy.InvalidTenancyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sends workloads through the whole way, from the bytes of a review on. */
final class WorkloadReview {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** All kinds that are or make pods, with the path of the pod in them. */
    static final List<Place> PLACES = List.of(
            new Place("", "Pod", ""),
            new Place("", "ReplicationController", "spec.template."),
            new Place("apps", "Deployment", "spec.template."),
            new Place("apps", "StatefulSet", "spec.template."),
            new Place("apps", "DaemonSet", "spec.template."),
            new Place("apps", "ReplicaSet", "spec.template."),
            new Place("batch", "Job", "spec.template."),
            new Place("batch", "CronJob", "spec.jobTemplate.spec.template."));

    private static final YAMLMapper YAML = new YAMLMapper();

    private WorkloadReview() {}

    static Policy policy() {
        try {
            return NamespaceTable.policy("workloads");
        } catch (IOException | InvalidTenancyException e) {
            throw new AssertionError(e);
        }
    }

    static Namespaces namespaces(Policy policy) {
        try {
            return NamespaceTable.cluster("workloads", policy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param prefix of the paths of the pod in an object of that kind */
    record Place(String group, String kind, String prefix) {
        boolean isPod() {
            return prefix.isEmpty();
        }

        /** An object of this kind, with that as its pod. */
        ObjectNode object(String namespace, JsonNode pod) {
            ObjectNode object = JSON.createObjectNode();
            ObjectNode at = object;
            for (String field : prefix.split("\\.", -1)) {
                at = field.isEmpty() ? at : at.putObject(field);
            }
            at.setAll((ObjectNode) pod.deepCopy());
            object.put("apiVersion", group.isEmpty() ? "v1" : group + "/v1").put("kind", kind);
            object.withObjectProperty("metadata").put("name", "specimen").put("namespace", namespace);
            return object;
        }

        @Override
        public String toString() {
            return kind;
        }
    }

    static Outcome send(Policy policy, Namespaces namespaces, @Nullable JsonNode before, JsonNode after) {
        return send(policy, namespaces, before, after, author(after));
    }

    static Outcome send(
            Policy policy, Namespaces namespaces, @Nullable JsonNode before, JsonNode after, String author) {
        try {
            return new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY)
                    .decide(
                            Webhook.VALIDATE,
                            review(before, after, author).toString().getBytes(UTF_8))
                    .toCompletableFuture()
                    .join();
        } catch (MalformedReviewException e) {
            throw new AssertionError("a review of the test's own making was refused", e);
        }
    }

    private static JsonNode review(@Nullable JsonNode before, JsonNode after, String author) {
        String apiVersion = after.path("apiVersion").asText();
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String kind = after.path("kind").asText();
        ObjectNode review = JSON.createObjectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request").put("uid", "u");
        request.putObject("kind")
                .put("group", group)
                .put("version", apiVersion.substring(slash + 1))
                .put("kind", kind);
        request.put("name", after.at("/metadata/name").asText())
                .put("namespace", after.at("/metadata/namespace").asText())
                .put("operation", before == null ? "CREATE" : "UPDATE");
        request.putObject("userInfo").put("username", author);
        request.set("object", after);
        request.set("oldObject", before);
        return review;
    }

    /** What looks as istiod deploys it for a Gateway comes from istiod here; by others: {@link WorkloadRulesTest}. */
    private static String author(JsonNode object) {
        String managed = "gateway.istio.io/managed";
        return object.findValuesAsText(managed).isEmpty()
                ? "somebody"
                : "system:serviceaccount:" + (object.toString().contains("-app") ? "red-system" : "blue") + ":istiod-1";
    }

    /** Verdict, and rule and path of each finding, in order. */
    static String shown(Outcome outcome, String prefix) {
        return (outcome.verdict() + " "
                        + outcome.findings().findings().stream()
                                .map(RuleFinding::violation)
                                .map(violation -> violation.rule() + " " + within(prefix, violation.path()))
                                .collect(Collectors.joining("; ")))
                .strip();
    }

    private static String within(String prefix, String path) {
        return path.startsWith(prefix) ? path.substring(prefix.length()) : "outside of the pod: " + path;
    }

    static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }
}
