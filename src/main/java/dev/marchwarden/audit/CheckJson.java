package dev.marchwarden.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.marchwarden.json.JsonTrees;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code {"violations": [...], "errors": [...], "summary": {...}, "notLookedAt": {...}}}, on one line. */
public final class CheckJson {
    private CheckJson() {}

    public static String of(CheckReport report) {
        List<Map<String, Object>> errors = report.errors().stream()
                .map(error ->
                        Map.<String, Object>of("file", error.file(), "line", error.line(), "message", error.message()))
                .toList();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("violations", report.violations());
        json.put("errors", errors);
        json.put("summary", report.summary());
        json.put("notLookedAt", report.notLookedAt());
        try {
            return JsonTrees.MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of texts and numbers cannot be written", e);
        }
    }
}
