package dev.marchwarden.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.marchwarden.audit.ManifestCheck.Result;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Finding;
import dev.marchwarden.tenancy.Enforcement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code check} found, for people and programs.
 *
 * @param violations in the order of the manifests
 * @param unjudged manifests that could not be judged, with the problem
 */
public record CheckReport(List<Violation> violations, List<Result> unjudged, Summary summary) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * One of {@code violations} in the JSON report.
     *
     * @param line where the object's document begins, from 1
     * @param value what stands at the path, null where nothing does
     */
    public record Violation(
            String rule,
            String enforcement,
            String file,
            int line,
            String kind,
            String namespace,
            String name,
            String path,
            @Nullable String value,
            String message,
            String fix) {
        static Violation of(Result result, Finding finding) {
            Manifest manifest = result.manifest();
            var violation = finding.violation();
            return new Violation(
                    violation.rule().spelling(),
                    finding.enforcement().spelling(),
                    manifest.file(),
                    manifest.line(),
                    manifest.kind(),
                    result.namespace(),
                    manifest.name(),
                    violation.path(),
                    violation.value(),
                    violation.message(),
                    violation.fix());
        }
    }

    /**
     * The counts.
     *
     * @param objects manifests read
     * @param lookedAt those of them that rules look at; the others are none of our business
     * @param deny violations that would deny
     * @param errors manifests that could not be judged
     */
    public record Summary(int objects, int lookedAt, int deny, int warn, int audit, int errors) {
        public String describe() {
            String found = objects + (objects == 1 ? " object read, " : " objects read, ") + lookedAt + " looked at: "
                    + deny + " denied, " + warn + " warned, " + audit + " audited";
            return errors == 0 ? found : found + ", " + errors + " could not be judged";
        }
    }

    public CheckReport {
        violations = List.copyOf(violations);
        unjudged = List.copyOf(unjudged);
    }

    public static CheckReport of(List<Result> results) {
        List<Violation> violations = new ArrayList<>();
        List<Result> unjudged = new ArrayList<>();
        for (Result result : results) {
            result.findings().forEach(finding -> violations.add(Violation.of(result, finding)));
            if (!result.problem().isEmpty()) {
                unjudged.add(result);
            }
        }
        Summary summary = new Summary(
                results.size(),
                (int) results.stream().filter(Result::lookedAt).count(),
                count(violations, Enforcement.DENY),
                count(violations, Enforcement.WARN),
                count(violations, Enforcement.AUDIT),
                unjudged.size());
        return new CheckReport(violations, unjudged, summary);
    }

    private static int count(List<Violation> violations, Enforcement enforcement) {
        return (int) violations.stream()
                .filter(violation -> violation.enforcement().equals(enforcement.spelling()))
                .count();
    }

    public boolean denies() {
        return summary.deny() > 0;
    }

    /** {@code {"violations": [...], "errors": [...], "summary": {...}}}, on one line. */
    public String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("violations", violations);
        report.put(
                "errors",
                unjudged.stream()
                        .map(result -> Map.of(
                                "file", result.manifest().file(),
                                "line", result.manifest().line(),
                                "message", result.problem()))
                        .toList());
        report.put("summary", summary);
        try {
            return JSON.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of texts and numbers cannot be written", e);
        }
    }
}
