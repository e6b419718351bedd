package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * No webhook selects pods without a revision, as those of a default revision do: {@code istio-sidecar-injector}, {@code
 * istio-revision-tag-default}, {@code istiod-default-validator}. One of a mesh besides the usergroups' is justified as long as it takes nothing of theirs.
 */
final class DefaultWebhooks implements Check {
    private static final String NAME = "default-webhook";

    /** Labels of namespaces and pods that are injected by whoever is the default (istio-discovery/templates/mutatingwebhook.yaml). */
    private static final List<List<Map<String, String>>> ASKING_FOR_NONE = List.of(
            List.of(Map.of(MeshLabels.INJECTION, "enabled"), Map.of()),
            List.of(Map.of(), Map.of(IstioAnnotations.SIDECAR_INJECT, "true")),
            List.of(Map.of(), Map.of()));

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(findings(
                snapshot,
                snapshot.injectors(),
                webhook -> ASKING_FOR_NONE.stream().anyMatch(one -> webhook.takes(one.getFirst(), one.getLast())),
                "mutatingwebhookconfiguration",
                "pods"));
        findings.addAll(findings(
                snapshot,
                snapshot.validators(),
                webhook -> webhook.takes(Map.of(), Map.of()),
                "validatingwebhookconfiguration",
                "configuration"));
        if (findings.isEmpty()) {
            findings.add(Finding.ok(NAME, "default revision", "there is none"));
        }
        return findings;
    }

    private static List<Finding> findings(
            Snapshot snapshot,
            List<IstioWebhook> webhooks,
            Predicate<IstioWebhook> isDefault,
            String kind,
            String what) {
        List<Finding> findings = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (IstioWebhook webhook : webhooks) {
            if (!isDefault.test(webhook) || !seen.add(webhook.configuration())) {
                continue;
            }
            Usergroup owner = snapshot.owner(webhook);
            List<String> taken = members(snapshot, webhooks, webhook.configuration());
            String subject = kind + " " + webhook.configuration();
            String where = "sends " + what + " of no revision to " + webhook.target();
            if (owner != null) {
                findings.add(Finding.error(
                        NAME,
                        subject,
                        where + ", usergroup " + owner.name() + "'s",
                        FixCommands.delete(kind, webhook.configuration())));
            } else if (!taken.isEmpty()) {
                findings.add(Finding.error(
                        NAME,
                        subject,
                        where + ", those of members too: " + NameList.some(taken),
                        FixCommands.leaveOut(snapshot, webhook, kind)));
            } else {
                findings.add(Finding.warning(
                        NAME,
                        subject,
                        where + "; it selects no namespace of a usergroup",
                        FixCommands.delete(kind, webhook.configuration()) + " unless a mesh of no usergroup needs it"));
            }
        }
        return findings;
    }

    /** What all webhooks of a configuration take of the usergroups'. */
    private static List<String> members(Snapshot snapshot, List<IstioWebhook> webhooks, String configuration) {
        return snapshot.members().stream()
                .filter(member -> webhooks.stream()
                        .filter(webhook -> webhook.configuration().equals(configuration))
                        .anyMatch(webhook -> webhook.takes(member.labels(), Map.of())))
                .map(ObservedNamespace::name)
                .toList();
    }
}
