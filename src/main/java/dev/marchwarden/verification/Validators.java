package dev.marchwarden.verification;

import dev.marchwarden.rollout.Labels;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configuration of a member is validated by one istiod, the one that reads it. */
final class Validators implements Check {
    private static final String NAME = "validator";
    private static final List<String> GROUPS =
            List.of("networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io");

    @Override
    public List<Line> lines(Snapshot snapshot) {
        List<Line> lines = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            lines.add(line(
                    snapshot,
                    usergroup,
                    "configuration of " + usergroup.name(),
                    usergroup.defaultRevision(),
                    Map.of()));
            for (String revision : usergroup.revisions()) {
                if (!revision.equals(usergroup.defaultRevision())) {
                    lines.add(line(
                            snapshot,
                            usergroup,
                            "configuration of " + usergroup.name() + " with " + Labels.REVISION + "=" + revision,
                            revision,
                            Map.of(Labels.REVISION, revision)));
                }
            }
        }
        return lines;
    }

    private static Line line(
            Snapshot snapshot, Usergroup usergroup, String subject, String revision, Map<String, String> object) {
        Map<String, String> member = Map.of(snapshot.tenancy().usergroupLabel(), usergroup.name());
        List<Webhook> takers = snapshot.validators().stream()
                .filter(webhook -> webhook.takes(member, object))
                .toList();
        if (takers.isEmpty()) {
            return Line.red(NAME, subject, "no webhook takes it: what istiod cannot use is stored unseen", Fix.APPLY);
        }
        List<Webhook> foreign = takers.stream()
                .filter(webhook -> !usergroup.equals(snapshot.owner(webhook)))
                .toList();
        if (!foreign.isEmpty()) {
            return Line.red(
                    NAME,
                    subject,
                    Injectors.configurations(foreign) + " sends it to "
                            + foreign.getFirst().target() + ": it cannot be written while that is away",
                    Fix.leaveOut(snapshot, foreign.getFirst(), "validatingwebhookconfiguration"));
        }
        if (takers.size() > 1) {
            return Line.red(
                    NAME,
                    subject,
                    "several webhooks take it: " + Injectors.configurations(takers),
                    "delete those that bootstrap has not made (label app.kubernetes.io/managed-by=marchwarden)");
        }
        return line(snapshot, subject, revision, takers.getFirst());
    }

    private static Line line(Snapshot snapshot, String subject, String revision, Webhook webhook) {
        String where = webhook.configuration() + " sends it to " + webhook.target();
        List<String> unguarded =
                GROUPS.stream().filter(group -> !webhook.guards(group)).toList();
        Optional<Line> problem =
                new Route(snapshot, webhook, revision).problem(NAME, subject, where, "it cannot be written");
        if (problem.isPresent()) {
            return problem.get();
        }
        if (!unguarded.isEmpty()) {
            return Line.red(
                    NAME, subject, webhook.configuration() + " leaves out " + String.join(", ", unguarded), Fix.APPLY);
        }
        if (!webhook.isStrict()) {
            return Line.yellow(
                    NAME,
                    subject,
                    webhook.configuration() + " has failurePolicy Ignore: nothing is validated while istiod is away",
                    Fix.APPLY);
        }
        if (webhook.hasConditions()) {
            return Line.yellow(
                    NAME,
                    subject,
                    webhook.configuration() + " has matchConditions, which were not evaluated",
                    "see that they let all configuration through");
        }
        return Line.green(NAME, subject, where + ", revision " + revision);
    }
}
