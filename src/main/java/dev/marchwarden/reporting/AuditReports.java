package dev.marchwarden.reporting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.audit.AuditFinding;
import dev.marchwarden.audit.AuditResult;
import dev.marchwarden.audit.NamespaceAudit;
import dev.marchwarden.audit.UnjudgedObject;
import dev.marchwarden.audit.UsergroupAudit;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.tenancy.Enforcement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found as reports: one of each namespace with findings, and one of the cluster. Where a kind could not be read to its end, what an earlier
 * report has is kept and marked, and nothing is called fine.
 */
final class AuditReports {
    /** Of a report: etcd takes 1.5 MB. */
    static final int MOST_FINDINGS = 100;

    private static final int MOST_PROBLEMS = 40;
    private static final int MOST_USERGROUPS = 500;
    private static final String SOURCE = "marchwarden";

    /** The policy of results that are about the audit itself and about no object. */
    private static final String AUDIT = "audit";

    private static final String SEEN = "seen";
    private static final String EARLIER = "by an earlier audit only";

    private final ReportApi api;
    private final String name;
    private final ObjectNode owner;
    private final AuditResult result;
    private final Instant ended;

    /**
     * @param name of every report
     * @param owner an ownerReference, so that the reports go when the owner goes
     */
    AuditReports(ReportApi api, String name, ObjectNode owner, AuditResult result, Instant ended) {
        this.api = api;
        this.name = name;
        this.owner = owner;
        this.result = result;
        this.ended = ended;
    }

    /**
     * The report that a namespace should have.
     *
     * @param live the one that it has; null for none
     * @return null where there should be none
     */
    @Nullable
    ObjectNode ofNamespace(String namespace, @Nullable JsonNode live) {
        List<ObjectNode> results = results(namespace, live);
        if (results.isEmpty()) {
            return null;
        }
        ObjectNode report = report(api.namespaced(), results);
        report.withObject("/metadata").put("namespace", namespace);
        report.putObject("scope")
                .put("apiVersion", "v1")
                .put("kind", "Namespace")
                .put("name", namespace);
        return report;
    }

    /** The report of the cluster: how the audit went, how each usergroup stands, and objects that are in no namespace. */
    ObjectNode ofCluster(@Nullable JsonNode live) {
        List<ObjectNode> results = new ArrayList<>();
        results.add(summary());
        result.usergroups().stream().limit(MOST_USERGROUPS).map(this::standing).forEach(results::add);
        results.addAll(results("", live));
        return report(api.cluster(), results);
    }

    private ObjectNode report(Kind<?> kind, List<ObjectNode> results) {
        ObjectNode report = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", kind.apiVersion())
                .put("kind", kind.name());
        ObjectNode metadata = report.putObject("metadata").put("name", name);
        metadata.putObject("labels").put("app.kubernetes.io/managed-by", SOURCE);
        metadata.putArray("ownerReferences").add(owner);
        if (api == ReportApi.OPENREPORTS) {
            report.put("source", SOURCE);
        }
        ObjectNode summary = report.putObject("summary");
        for (String outcome : List.of("pass", "fail", "warn", "error", "skip")) {
            summary.put(outcome, (int) results.stream()
                    .filter(each -> each.path("result").asText().equals(outcome))
                    .count());
        }
        report.putArray("results").addAll(results);
        return report;
    }

    private List<ObjectNode> results(String namespace, @Nullable JsonNode live) {
        List<ObjectNode> results = new ArrayList<>();
        NamespaceAudit audit = result.namespaces().get(namespace);
        long total = 0;
        if (audit != null) {
            total = audit.total();
            audit.findings().stream().limit(MOST_FINDINGS).map(this::finding).forEach(results::add);
        }
        if (!result.isReadWhole()) {
            List<ObjectNode> earlier = earlier(results, live);
            total += earlier.size();
            earlier.stream().limit(MOST_FINDINGS - results.size()).forEach(results::add);
        }
        if (total > results.size()) {
            long more = total - results.size();
            results.add(result(AUDIT, "warn", "info", more + " more findings are not listed here"));
        }
        List<UnjudgedObject> problems = result.unjudged().stream()
                .filter(each -> each.namespace().equals(namespace))
                .toList();
        problems.stream()
                .limit(MOST_PROBLEMS)
                .map(each -> result(
                        AUDIT,
                        "error",
                        "medium",
                        (each.subject().isEmpty() ? "" : each.subject() + ": ") + each.problem()))
                .forEach(results::add);
        if (problems.size() > MOST_PROBLEMS) {
            results.add(result(
                    AUDIT, "error", "medium", problems.size() - MOST_PROBLEMS + " more could not be read or judged"));
        }
        if (!result.isReadWhole() && !namespace.isEmpty() && (!results.isEmpty() || live != null)) {
            results.add(result(
                    AUDIT,
                    "error",
                    "medium",
                    "the audit is incomplete: not everything could be read; the report of the cluster says what"));
        }
        return results;
    }

    /** What is listed in the live report about objects and was not found again. */
    private static List<ObjectNode> earlier(List<ObjectNode> found, @Nullable JsonNode live) {
        Set<JsonNode> again = new HashSet<>();
        found.forEach(each -> again.add(identity(each)));
        List<ObjectNode> earlier = new ArrayList<>();
        if (live != null) {
            for (JsonNode each : live.path("results")) {
                if (each instanceof ObjectNode before && isOfObject(before) && again.add(identity(before))) {
                    ObjectNode kept = before.deepCopy();
                    kept.withObject("/properties").put(SEEN, EARLIER);
                    earlier.add(kept);
                }
            }
        }
        return earlier;
    }

    private static boolean isOfObject(JsonNode each) {
        return !each.path("resources").isEmpty();
    }

    /** Rule, object and field. */
    private static JsonNode identity(ObjectNode each) {
        ArrayNode identity = JsonNodeFactory.instance.arrayNode();
        identity.add(each.path("policy"));
        JsonNode object = each.at("/resources/0");
        identity.add(object.path("kind")).add(object.path("namespace")).add(object.path("name"));
        return identity.add(each.at("/properties/path"));
    }

    private ObjectNode finding(AuditFinding finding) {
        ObjectNode each = result(finding.rule().spelling(), outcome(finding), severity(finding), finding.message());
        if (finding.needsRight()) {
            each.put("scored", false);
        }
        ObjectNode object = each.putArray("resources").addObject();
        put(object, "apiVersion", finding.apiVersion());
        put(object, "kind", finding.kind());
        boolean scoped = !(finding.apiVersion().equals("v1") && finding.kind().equals("Namespace"));
        put(object, "namespace", scoped ? finding.namespace() : "");
        put(object, "name", finding.name());
        put(object, "uid", finding.uid());
        ObjectNode properties = each.putObject("properties");
        put(properties, "usergroup", finding.usergroup());
        properties.put("enforcement", finding.enforcement().spelling());
        properties.put("underDeny", finding.denied() ? "denied" : "admitted");
        put(properties, "path", finding.path());
        put(properties, "fix", finding.fix());
        put(properties, "right", finding.right());
        put(properties, "writer", finding.writer());
        if (finding.admitted()) {
            properties.put("exception", "admitted by an exception of the tenancy");
        }
        return each;
    }

    private static void put(ObjectNode object, String key, String value) {
        if (!value.isEmpty()) {
            object.put(key, value);
        }
    }

    /** What a right permits may be in order: an object does not tell who wrote it. */
    private static String outcome(AuditFinding finding) {
        if (finding.admitted() || finding.enforcement() == Enforcement.OFF) {
            return "skip";
        }
        return finding.enforcement() == Enforcement.DENY && !finding.needsRight() ? "fail" : "warn";
    }

    private static String severity(AuditFinding finding) {
        if (finding.needsRight() || finding.admitted()) {
            return "info";
        }
        return switch (finding.enforcement()) {
            case DENY -> "high";
            case WARN -> "medium";
            case AUDIT -> "low";
            case OFF -> "info";
        };
    }

    private ObjectNode summary() {
        String judged = result.objects() + " objects judged, " + result.total() + " findings";
        ObjectNode each;
        if (result.isComplete()) {
            each = result(AUDIT, "pass", "info", judged);
        } else {
            each = result(
                    AUDIT,
                    "error",
                    "medium",
                    judged + "; the audit is incomplete: " + result.unjudgedTotal()
                            + " objects or kinds could not be read or judged");
        }
        // As it is read back: an int where it is one.
        long seconds = ended.getEpochSecond();
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ObjectNode timestamp = each.putObject("timestamp").put("nanos", 0);
        timestamp.set(
                "seconds", seconds <= Integer.MAX_VALUE ? nodes.numberNode((int) seconds) : nodes.numberNode(seconds));
        return each;
    }

    private ObjectNode standing(UsergroupAudit usergroup) {
        String outcome = switch (usergroup.readiness()) {
            case DENIES, READY -> usergroup.left() == 0 && usergroup.rights() == 0 ? "pass" : "warn";
            case RIGHTS_LEFT, VIOLATIONS_LEFT -> "warn";
            case UNKNOWN -> "error";
        };
        // Nothing is known of what was not read.
        boolean unknown = outcome.equals("pass") && !result.isComplete();
        ObjectNode each = result(
                "usergroup",
                unknown ? "error" : outcome,
                "info",
                usergroup.name() + ": " + (unknown ? "not known: not everything was read" : usergroup.describe()));
        each.putObject("properties")
                .put("usergroup", usergroup.name())
                .put("enforcement", usergroup.blanket().spelling())
                .put("left", String.valueOf(usergroup.left()))
                .put("rights", String.valueOf(usergroup.rights()));
        return each;
    }

    private static ObjectNode result(String policy, String outcome, String severity, String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("source", SOURCE)
                .put("policy", policy)
                .put("category", "Multi-tenancy")
                .put("severity", severity)
                .put("result", outcome)
                .put("message", message);
    }
}
