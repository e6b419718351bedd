package dev.marchwarden.cli;

import dev.marchwarden.bootstrap.Change;
import dev.marchwarden.bootstrap.Difference;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.rollout.Orphan;
import java.util.List;
import picocli.CommandLine;

/** A plan, and what was found besides, for people. */
final class PlanPage {
    private static final int INDENT = 6;

    private final Page page;

    PlanPage(CommandLine command) {
        this.page = new Page(command);
    }

    void plan(String heading, Plan plan) {
        page.text(heading);
        page.blank();
        int number = 0;
        for (Plan.PlannedStep planned : plan.steps()) {
            number++;
            page.line("%3d.  ".formatted(number) + page.strong(planned.step().name()));
            page.indented(INDENT, planned.step().purpose());
            planned.changes().forEach(change -> change(planned.step(), change));
        }
        page.blank();
        page.text(summary(plan));
    }

    /** What is not as it should be, and why. */
    void toDo(Plan plan) {
        for (Plan.PlannedStep planned : plan.steps()) {
            if (!planned.isDone()) {
                page.text("not as it should be: " + planned.step().name());
                planned.changes().stream()
                        .filter(change -> change.action() != Change.Action.NONE)
                        .forEach(change -> change(planned.step(), change));
            }
        }
    }

    private void change(Step step, Change change) {
        page.indented(INDENT, change.action().words() + "  " + change.subject() + of(step));
        for (Difference difference : change.differences()) {
            page.indented(INDENT + 2, difference.toString());
        }
    }

    /** Nothing where there is none. */
    void besides(List<Finding> findings, List<Orphan> retired) {
        if (!findings.isEmpty() || !retired.isEmpty()) {
            page.blank();
        }
        new FindingPage(page).show(findings);
        retired.forEach(each -> page.text("retired: " + each));
    }

    private static String of(Step step) {
        return step instanceof Step.Release release
                ? " (chart " + release.release().chart() + ")"
                : "";
    }

    static String summary(Plan plan) {
        List<String> counts = List.of(
                plan.count(Change.Action.CREATE) + " to create",
                plan.count(Change.Action.UPDATE) + " to update",
                plan.count(Change.Action.NONE) + " unchanged");
        return plan.steps().size() + " steps: " + String.join(", ", counts);
    }
}
