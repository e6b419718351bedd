package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.MeshLabels;
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
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            findings.add(finding(
                    snapshot,
                    usergroup,
                    "configuration of " + usergroup.name(),
                    usergroup.defaultRevision(),
                    Map.of()));
            for (String revision : usergroup.revisions()) {
                if (!revision.equals(usergroup.defaultRevision())) {
                    findings.add(finding(
                            snapshot,
                            usergroup,
                            "configuration of " + usergroup.name() + " with " + MeshLabels.REVISION + "=" + revision,
                            revision,
                            Map.of(MeshLabels.REVISION, revision)));
                }
            }
        }
        return findings;
    }

    private static Finding finding(
            Snapshot snapshot, Usergroup usergroup, String subject, String revision, Map<String, String> object) {
        Map<String, String> member = Map.of(snapshot.tenancy().usergroupLabel(), usergroup.name());
        List<IstioWebhook> takers = snapshot.validators().stream()
                .filter(webhook -> webhook.takes(member, object))
                .toList();
        if (takers.isEmpty()) {
            return Finding.error(
                    NAME,
                    subject,
                    "no webhook selects it: invalid configuration is stored without validation",
                    FixCommands.APPLY);
        }
        List<IstioWebhook> foreign = takers.stream()
                .filter(webhook -> !usergroup.equals(snapshot.owner(webhook)))
                .toList();
        if (!foreign.isEmpty()) {
            return Finding.error(
                    NAME,
                    subject,
                    Injectors.configurations(foreign) + " sends it to "
                            + foreign.getFirst().target() + ": it cannot be written while that istiod is down",
                    FixCommands.leaveOut(snapshot, foreign.getFirst(), "validatingwebhookconfiguration"));
        }
        if (takers.size() > 1) {
            return Finding.error(
                    NAME,
                    subject,
                    "several webhooks select it: " + Injectors.configurations(takers),
                    "delete those that bootstrap has not made (label app.kubernetes.io/managed-by=marchwarden)");
        }
        return finding(snapshot, subject, revision, takers.getFirst());
    }

    private static Finding finding(Snapshot snapshot, String subject, String revision, IstioWebhook webhook) {
        String where = webhook.configuration() + " sends it to " + webhook.target();
        List<String> unguarded =
                GROUPS.stream().filter(group -> !webhook.guards(group)).toList();
        Optional<Finding> problem =
                new Route(snapshot, webhook, revision).problem(NAME, subject, where, "it cannot be written");
        if (problem.isPresent()) {
            return problem.get();
        }
        if (!unguarded.isEmpty()) {
            return Finding.error(
                    NAME,
                    subject,
                    webhook.configuration() + " leaves out " + String.join(", ", unguarded),
                    FixCommands.APPLY);
        }
        if (!webhook.isStrict()) {
            return Finding.warning(
                    NAME,
                    subject,
                    webhook.configuration() + " has failurePolicy Ignore: nothing is validated while istiod is down",
                    FixCommands.APPLY);
        }
        if (webhook.hasConditions()) {
            return Finding.warning(
                    NAME,
                    subject,
                    webhook.configuration() + " has matchConditions, which were not evaluated",
                    "check that they admit all configuration");
        }
        return Finding.ok(NAME, subject, where + ", revision " + revision);
    }
}
