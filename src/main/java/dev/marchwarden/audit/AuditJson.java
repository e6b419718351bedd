package dev.marchwarden.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.marchwarden.json.JsonTrees;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * {@code {"source", "judgedFor", "complete", "objects", "total", "unlisted", "usergroups": [...], "counts": [...], "namespaces": [...], "findings": [...],
 * "unjudged": [...], "unjudgedTotal", "judged": {...}, "notLookedAt": {...}}}, on one line.
 */
public final class AuditJson {
    private AuditJson() {}

    /**
     * @param source what was read, for people
     * @param author on whose behalf it was judged, for people
     */
    public static String of(AuditResult result, String source, String author) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("source", source);
        json.put("judgedFor", author);
        json.put("complete", result.isComplete());
        json.put("objects", result.objects());
        json.put("total", result.total());
        json.put("unlisted", result.unlisted());
        json.put(
                "usergroups",
                result.usergroups().stream().map(AuditJson::usergroup).toList());
        json.put("counts", result.counts().stream().map(AuditJson::count).toList());
        json.put(
                "namespaces",
                result.namespaces().values().stream().map(AuditJson::namespace).toList());
        json.put("findings", result.findings().stream().map(AuditJson::finding).toList());
        json.put("unjudged", result.unjudged());
        json.put("unjudgedTotal", result.unjudgedTotal());
        json.put("judged", result.judged());
        json.put("notLookedAt", result.notLookedAt());
        try {
            return JsonTrees.MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of texts and numbers cannot be written", e);
        }
    }

    private static Map<String, Object> usergroup(UsergroupAudit usergroup) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", usergroup.name());
        json.put("default", usergroup.blanket().spelling());
        json.put("left", usergroup.left());
        json.put("rights", usergroup.rights());
        json.put(
                "readiness",
                usergroup.readiness().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.put("next", usergroup.describe());
        return json;
    }

    private static Map<String, Object> count(FindingCount count) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("usergroup", count.usergroup());
        json.put("rule", count.rule().spelling());
        json.put("enforcement", count.enforcement().spelling());
        json.put("denied", count.denied());
        json.put("needsRight", count.needsRight());
        json.put("count", count.count());
        return json;
    }

    private static Map<String, Object> namespace(NamespaceAudit namespace) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", namespace.name());
        json.put("usergroup", namespace.usergroup());
        json.put("objects", namespace.objects());
        json.put("total", namespace.total());
        return json;
    }

    private static Map<String, Object> finding(AuditFinding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rule", finding.rule().spelling());
        json.put("enforcement", finding.enforcement().spelling());
        json.put("denied", finding.denied());
        json.put("exception", finding.admitted());
        json.put("usergroup", finding.usergroup());
        json.put("concerned", List.copyOf(new TreeSet<>(finding.concerned())));
        json.put("apiVersion", finding.apiVersion());
        json.put("kind", finding.kind());
        json.put("namespace", finding.namespace());
        json.put("name", finding.name());
        json.put("path", finding.path());
        json.put("message", finding.message());
        json.put("fix", finding.fix());
        json.put("right", finding.right());
        json.put("writer", finding.writer());
        json.put("file", finding.file());
        json.put("line", finding.position().line());
        json.put("column", finding.position().column());
        return json;
    }
}
