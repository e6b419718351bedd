package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonTrees;
import java.util.List;
import java.util.Locale;

/** A plan as JSON. Fields are added, never renamed. */
public final class PlanReport {
    private PlanReport() {}

    /**
     * @param cluster what it was compared with, in a word
     * @param findings what is in the way; left out where there is nothing
     * @param retired what is there and not of the tenancy; likewise
     */
    public static String json(Plan plan, String cluster, List<String> findings, List<String> retired) {
        ObjectNode report = JsonTrees.MAPPER.createObjectNode().put("cluster", cluster);
        ArrayNode steps = report.putArray("steps");
        plan.steps().forEach(planned -> step(planned, steps.addObject()));
        ObjectNode summary = report.putObject("summary");
        for (Change.Action action : Change.Action.values()) {
            summary.put(word(action), plan.count(action));
        }
        texts(report, "findings", findings);
        texts(report, "retired", retired);
        return JsonTrees.indented(report);
    }

    private static void texts(ObjectNode report, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(report.putArray(name)::add);
        }
    }

    private static void step(Plan.PlannedStep planned, ObjectNode into) {
        Step step = planned.step();
        into.put("name", step.name()).put("purpose", step.purpose());
        if (step instanceof Step.Release release) {
            HelmRelease desired = release.release();
            ObjectNode chart = into.putObject("release")
                    .put("name", desired.name())
                    .put("namespace", desired.namespace())
                    .putObject("chart")
                    .put("name", desired.chart().name())
                    .put("version", desired.chart().version())
                    .put("reference", desired.chart().reference());
            if (desired.chart().repository() != null) {
                chart.put("repository", desired.chart().repository());
            }
            ((ObjectNode) into.get("release")).set("values", desired.values());
        } else if (step instanceof Step.Objects objects) {
            into.putArray("objects").addAll(objects.objects());
        }
        ArrayNode changes = into.putArray("changes");
        planned.changes().forEach(change -> change(change, changes.addObject()));
    }

    private static void change(Change change, ObjectNode into) {
        ObjectId subject = change.subject();
        into.put("action", word(change.action()));
        if (!subject.apiVersion().isEmpty()) {
            into.put("apiVersion", subject.apiVersion());
        }
        into.put("kind", subject.kind());
        if (!subject.namespace().isEmpty()) {
            into.put("namespace", subject.namespace());
        }
        into.put("name", subject.name());
        ArrayNode differences = into.putArray("differences");
        for (Difference difference : change.differences()) {
            ObjectNode its = differences.addObject().put("path", difference.path());
            put(its, "actual", difference.actual());
            put(its, "desired", difference.desired());
        }
    }

    /** Left out where there is none. */
    private static void put(ObjectNode into, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            into.set(name, value);
        }
    }

    private static String word(Change.Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }
}
