package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/** The steps from the present to the desired state. */
public record Plan(List<PlannedStep> steps) {
    /** A step, and the changes that it takes, one for each of its objects or for its release. */
    public record PlannedStep(Step step, List<Change> changes) {
        public boolean isDone() {
            return changes.stream().allMatch(change -> change.action() == Change.Action.NONE);
        }
    }

    public Plan {
        steps = List.copyOf(steps);
    }

    public static Plan of(List<Step> desired, ClusterState actual) {
        return new Plan(desired.stream()
                .map(step -> new PlannedStep(step, changes(step, actual)))
                .toList());
    }

    private static List<Change> changes(Step step, ClusterState actual) {
        return switch (step) {
            case Step.Objects objects ->
                objects.objects().stream().map(object -> change(object, actual)).toList();
            case Step.Release release -> List.of(change(release.release(), actual));
        };
    }

    private static Change change(JsonNode desired, ClusterState actual) {
        ObjectId id = ObjectId.of(desired);
        JsonNode there = actual.objects().get(id);
        return there == null ? Change.create(id) : Change.of(id, Comparison.ofObjects(desired, there));
    }

    private static Change change(HelmRelease desired, ClusterState actual) {
        InstalledRelease there = actual.releases().get(desired.id());
        if (there == null) {
            return Change.create(desired.id());
        }
        List<Difference> differences = new ArrayList<>();
        String chart = desired.chart().name() + "-" + desired.chart().version();
        if (!there.chart().equals(chart)) {
            differences.add(new Difference("chart", TextNode.valueOf(there.chart()), TextNode.valueOf(chart)));
        }
        if (!there.status().equals(InstalledRelease.DEPLOYED)) {
            differences.add(new Difference(
                    "status", TextNode.valueOf(there.status()), TextNode.valueOf(InstalledRelease.DEPLOYED)));
        }
        differences.addAll(Comparison.ofTrees(desired.values(), there.values()));
        return Change.of(desired.id(), differences);
    }

    /** How many changes of a kind there are. */
    public long count(Change.Action action) {
        return steps.stream()
                .flatMap(step -> step.changes().stream())
                .filter(change -> change.action() == action)
                .count();
    }
}
