package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.ObjectReview;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.twin.CelPolicy.Failure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the webhook and the twin about the same write of something in a namespace. */
public final class ObjectComparison {
    private static final String REVISION = "metadata.labels[istio.io/rev]";

    private static final List<String> CODE = List.of(
            "EnvoyFilter/configPatches",
            "WasmPlugin/url",
            "TrafficExtension/wasm/url",
            "TrafficExtension/lua/inlineCode",
            "ProxyConfig/environmentVariables");
    private static final List<String> PROXY = List.of(
            "annotations[inject.istio.io/templates]",
            "annotations[sidecar.istio.io/bootstrapOverride]",
            "annotations[sidecar.istio.io/discoveryAddress]",
            "annotations[sidecar.istio.io/proxyImage]",
            "annotations[sidecar.istio.io/interceptionMode]",
            "labels[security.istio.io/tlsMode]",
            "labels[istio.io/dataplane-mode]");
    private static final Set<String> WORKLOADS = Set.of(
            "Pod", "ReplicationController", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob");

    private final Policy policy;
    private final List<CelPolicy> twin;
    private final Map<String, Integer> failures = new HashMap<>();
    private final Set<String> needed = new HashSet<>();

    ObjectComparison(Policy policy, List<CelPolicy> twin) {
        this.policy = policy;
        this.twin = twin;
    }

    public static ObjectComparison of(Tenancy tenancy) {
        return new ObjectComparison(new Policy(tenancy), CelPolicy.of(new CelTwin(tenancy).objects()));
    }

    /** How often the twin spoke up by each rule. */
    Map<String, Integer> failures() {
        return failures;
    }

    /** Expressions of validations without which the twin would have left out something that it covers. */
    Set<String> needed() {
        return needed;
    }

    /** The rules by which both deny this, as far as the twin covers them; empty where the webhook cannot judge it, and so denies it. */
    public Optional<Set<RuleName>> denials(ObjectReview review, Namespaces namespaces) {
        Outcome outcome = review.decide(
                policy,
                namespaces,
                (user, asked) -> CompletableFuture.completedFuture(new Rights.Answer(Set.of(), null)));
        if (outcome.verdict() == Verdict.ERROR) {
            return Optional.empty();
        }
        return Optional.of(outcome.findings().findings().stream()
                .filter(RuleFinding::denies)
                .filter(finding -> isCovered(
                        finding.violation(), review.request(), outcome.request().table()))
                .map(finding -> finding.violation().rule())
                .collect(Collectors.toSet()));
    }

    Optional<String> difference(ObjectReview review, Namespaces namespaces, Set<Requirement> granted) {
        Rights rights = (user, asked) -> CompletableFuture.completedFuture(
                new Rights.Answer(asked.stream().filter(granted::contains).collect(Collectors.toSet()), null));
        Outcome outcome = review.decide(policy, namespaces, rights);
        JsonNode request = review.request();
        String namespace = request.path("namespace").asText();
        if (policy.tenancy().isProtected(namespace)) {
            return Optional.empty(); // neither is asked
        }
        List<Failure> found = twin.stream()
                .flatMap(one -> one
                        .failures(
                                request,
                                namespaceObject(namespaces.find(namespace)),
                                granted.stream().map(Requirement::toString).collect(Collectors.toSet()))
                        .stream())
                .toList();
        found.forEach(failure -> failures.merge(failure.rule(), 1, Integer::sum));
        if (outcome.verdict() == Verdict.ERROR) {
            return Optional.empty(); // not decided, and so denied
        }
        User author = outcome.request().user();
        if (policy.tenancy().exempts(author.name(), author.groups())) {
            return found.isEmpty() ? Optional.empty() : Optional.of("an exempted author is stopped: " + found);
        }
        Set<String> theirs = outcome.findings().findings().stream()
                .filter(finding -> !finding.standing())
                .map(ObjectComparison::said)
                .collect(Collectors.toSet());
        Set<String> covered = outcome.findings().findings().stream()
                .filter(finding -> !finding.standing()
                        && isCovered(
                                finding.violation(), request, outcome.request().table()))
                .map(ObjectComparison::said)
                .collect(Collectors.toSet());
        Map<String, List<Failure>> byWords = found.stream().collect(Collectors.groupingBy(ObjectComparison::said));
        byWords.forEach((words, said) -> {
            if (said.size() == 1 && covered.contains(words)) {
                needed.add(said.getFirst().expression());
            }
        });
        Set<String> ours = byWords.keySet();
        return theirs.containsAll(ours) && ours.containsAll(covered)
                ? Optional.empty()
                : Optional.of("the webhook says " + theirs + ",\n covered " + covered + "\n  and the twin " + ours
                        + "\n  of " + request);
    }

    private static String said(Failure failure) {
        return failure.action() + " " + comparable(failure.message());
    }

    private static String said(RuleFinding finding) {
        return finding.enforcement().spelling() + " "
                + comparable(finding.violation().explanation());
    }

    /** Which of several ports or fields the twin means is not for it to say, and it shows no value that has to be cut or escaped. */
    private static String comparable(String message) {
        if (message.startsWith("mtls-downgrade: spec.portLevelMtls")) {
            return "mtls-downgrade: spec.portLevelMtls";
        }
        if (message.startsWith("raw-proxy-config: ")) {
            return "raw-proxy-config" + message.substring(message.indexOf(", expected"));
        }
        if (message.startsWith("foreign-namespace: spec.exportTo")) {
            return message.replaceAll("spec\\.exportTo\\[[0-9]+]", "spec.exportTo");
        }
        int start = message.indexOf("annotations[");
        int value = message.indexOf("] is ", start);
        if (start < 0 || value < 0) {
            return message;
        }
        String shown = message.substring(value, message.indexOf(", expected", value));
        boolean whole = shown.endsWith("\"") && !shown.contains("\\") && !shown.contains("?") && !shown.contains("...");
        return whole ? message : message.replace(shown, "] is a value that cannot be shown");
    }

    private boolean isCovered(Violation violation, JsonNode request, @Nullable KindTable table) {
        // A port that a mesh admin opens is never more than a warning; and no policy is asked about a kind that is not
        // known.
        if (violation.ceiling() != Enforcement.DENY || table == null) {
            return false;
        }
        boolean deletes = request.path("operation").asText().equals("DELETE");
        return switch (violation.rule()) {
            case CONFIG_REVISION_MISMATCH -> violation.path().equals(REVISION) && request.has("namespace");
            case WORKLOAD_REVISION ->
                violation.path().endsWith(REVISION)
                        && !request.at("/kind/kind").asText().equals("Binding");
            case MESH_WIDE_CONFIG ->
                deletes
                        || request.path("oldObject").isNull()
                        || !request.at("/object/spec").equals(request.at("/oldObject/spec"));
            case MTLS_DOWNGRADE ->
                request.at("/kind/kind").asText().equals("PeerAuthentication")
                        && (deletes
                                || !value(violation.path(), request, "object")
                                        .equals(value(violation.path(), request, "oldObject"))
                                || violation.path().equals("spec.selector"));
            case CONFIG_OUTSIDE_MESH -> violation.path().equals("metadata.namespace");
            case FOREIGN_NAMESPACE -> isForeignName(violation, request);
            case RAW_PROXY_CONFIG -> isCode(request);
            case INJECTION_OPT_OUT ->
                !violation.path().contains("ontainers[")
                        && !violation.path().contains("capabilities")
                        && !(violation.path().endsWith("labels[sidecar.istio.io/inject]") && isOfAGateway(request));
            case PROXY_OVERRIDE -> PROXY.stream().anyMatch(violation.path()::endsWith);
            case FOREIGN_INJECTION -> violation.path().endsWith("annotations[istio.io/rev]") && isNoBinding(request);
            case CONTROL_PLANE_REACH ->
                (table.complete() || (WORKLOADS.contains(table.kind()) && !deletes))
                        && request.has("namespace")
                        && (!request.path("operation").asText().equals("UPDATE") || changes(request));
            default -> false;
        };
    }

    /** A class, every namespace, or a system namespace, that the object did not name before. */
    private boolean isForeignName(Violation violation, JsonNode request) {
        String name = String.valueOf(violation.value());
        if (violation.path().equals("spec.gatewayClassName")) {
            return !request.at("/oldObject/spec/gatewayClassName").asText().equals(name);
        }
        return violation.path().startsWith("spec.exportTo[")
                && (name.equals("*") || policy.tenancy().systemNamespaceOwner(name) != null)
                && request.at("/oldObject/spec/exportTo")
                        .valueStream()
                        .noneMatch(before -> before.asText().equals(name));
    }

    private static boolean isNoBinding(JsonNode request) {
        return !request.at("/kind/kind").asText().equals("Binding");
    }

    /** Before or after. */
    private static boolean isOfAGateway(JsonNode request) {
        return request.toString().contains("\"gateway.istio.io/managed\"");
    }

    private static boolean changes(JsonNode request) {
        return Stream.of("/spec", "/metadata/labels", "/metadata/annotations")
                .anyMatch(field -> !request.at("/object" + field).equals(request.at("/oldObject" + field)));
    }

    /** As far as the twin looks: at patches, at where code comes from, and at variables. */
    private static boolean isCode(JsonNode request) {
        JsonNode now = request.at("/object/spec");
        JsonNode before = request.at("/oldObject/spec");
        return CODE.stream()
                .filter(field -> field.startsWith(request.at("/kind/kind").asText() + "/"))
                .map(field -> field.substring(field.indexOf('/')))
                .anyMatch(field -> !now.at(field).equals(before.at(field)));
    }

    private static JsonNode value(String path, JsonNode request, String object) {
        return request.at("/" + object + "/"
                + path.replaceAll("\\[([0-9]+)]", "/$1")
                        .replace("metadata.labels[istio.io/rev]", "metadata/labels/istio.io~1rev")
                        .replace('.', '/')
                        .replace("istio/io", "istio.io"));
    }

    private Map<String, Object> namespaceObject(@Nullable NamespaceState namespace) {
        if (namespace == null) {
            return Map.of();
        }
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("name", namespace.name());
        metadata.put("labels", namespace.labels());
        if (namespace.terminating()) {
            metadata.put("deletionTimestamp", "2026-11-22T07:01:17Z");
        }
        return Map.of("metadata", metadata);
    }
}
