package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A pod of a member is sent to one injector, that of its revision or tag: tried with a namespace as it should be, for each revision and tag. */
final class Injectors implements Check {
    private static final String NAME = "injector";

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            Map<String, String> byLabel = new TreeMap<>(usergroup.tags());
            usergroup.revisions().forEach(revision -> byLabel.put(revision, revision));
            byLabel.forEach((label, revision) -> findings.add(finding(snapshot, usergroup, label, revision)));
        }
        return findings;
    }

    private static Finding finding(Snapshot snapshot, Usergroup usergroup, String label, String revision) {
        Map<String, String> member =
                Map.of(snapshot.tenancy().usergroupLabel(), usergroup.name(), MeshLabels.REVISION, label);
        String subject = MeshLabels.REVISION + "=" + label;
        List<IstioWebhook> takers = snapshot.injectors().stream()
                .filter(webhook -> webhook.takes(member, Map.of()))
                .toList();
        if (takers.isEmpty()) {
            return Finding.error(
                    NAME,
                    subject,
                    "no webhook selects its pods: they get no sidecar, without an error",
                    FixCommands.APPLY);
        }
        if (takers.size() > 1) {
            return Finding.error(
                    NAME,
                    subject,
                    "several webhooks select its pods: " + configurations(takers),
                    FixCommands.leaveOut(
                            snapshot, foreign(snapshot, usergroup, takers), "mutatingwebhookconfiguration"));
        }
        return finding(snapshot, usergroup, subject, revision, takers.getFirst());
    }

    private static Finding finding(
            Snapshot snapshot, Usergroup usergroup, String subject, String revision, IstioWebhook webhook) {
        String where = webhook.configuration() + " sends its pods to " + webhook.target();
        if (!usergroup.equals(snapshot.owner(webhook))) {
            return Finding.error(
                    NAME,
                    subject,
                    where + ", which is not of usergroup " + usergroup.name(),
                    FixCommands.leaveOut(snapshot, webhook, "mutatingwebhookconfiguration"));
        }
        Optional<Finding> problem =
                new Route(snapshot, webhook, revision).problem(NAME, subject, where, "no pod can be created");
        if (problem.isPresent()) {
            return problem.get();
        }
        if (!webhook.isStrict()) {
            return Finding.error(
                    NAME,
                    subject,
                    webhook.configuration()
                            + " has failurePolicy Ignore: pods start without a sidecar while istiod is down",
                    FixCommands.APPLY);
        }
        if (webhook.hasConditions()) {
            return Finding.warning(
                    NAME,
                    subject,
                    webhook.configuration() + " has matchConditions, which were not evaluated",
                    "check that they admit every pod of usergroup " + usergroup.name() + " and no other");
        }
        return Finding.ok(NAME, subject, where + ", revision " + revision);
    }

    /** The first that is not the usergroup's; the last where all are. */
    private static IstioWebhook foreign(Snapshot snapshot, Usergroup usergroup, List<IstioWebhook> webhooks) {
        return webhooks.stream()
                .filter(webhook -> !usergroup.equals(snapshot.owner(webhook)))
                .findFirst()
                .orElse(webhooks.getLast());
    }

    static String configurations(List<IstioWebhook> webhooks) {
        return String.join(
                ", ",
                new TreeSet<>(webhooks.stream().map(IstioWebhook::configuration).toList()));
    }
}
