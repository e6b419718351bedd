package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * STRICT is in force for every workload of a usergroup: the one selector-less PeerAuthentication of its system namespace that istiod heeds says so, the
 * oldest (istio: pilot/pkg/model/authentication.go), and none that is nearer to a workload takes it back.
 */
final class StrictMutualTls implements Check {
    private static final String NAME = "strict";
    private static final String STRICT = "STRICT";
    private static final List<String> WEAK = List.of("PERMISSIVE", "DISABLE");

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            usergroup.revisions().forEach(revision -> findings.add(wide(snapshot, usergroup, revision)));
            weakened(snapshot, usergroup, findings);
        }
        return findings;
    }

    private static Finding wide(Snapshot snapshot, Usergroup usergroup, String revision) {
        List<JsonNode> wide = snapshot.peerAuthentications().stream()
                .filter(policy -> ObjectMetadata.namespace(policy).equals(usergroup.systemNamespace()))
                .filter(policy -> policy.at("/spec/selector/matchLabels").isEmpty())
                .filter(policy -> isReadBy(policy, revision))
                .sorted(Comparator.comparing((JsonNode policy) ->
                                policy.at("/metadata/creationTimestamp").asText())
                        .thenComparing(ObjectMetadata::name))
                .toList();
        String subject = "revision " + revision;
        if (wide.isEmpty()) {
            return Finding.error(
                    NAME,
                    subject,
                    "no PeerAuthentication for the whole mesh in " + usergroup.systemNamespace()
                            + ": workloads accept plain text from everybody",
                    FixCommands.APPLY);
        }
        String name = ObjectMetadata.name(wide.getFirst());
        String mode = wide.getFirst().at("/spec/mtls/mode").asText("UNSET");
        if (!mode.equals(STRICT)) {
            return Finding.error(
                    NAME,
                    subject,
                    "PeerAuthentication " + usergroup.systemNamespace() + "/" + name + " says " + mode
                            + " for the whole mesh"
                            + (wide.size() == 1
                                    ? ""
                                    : "; it is the oldest of " + wide.size() + ", and the only one in effect"),
                    ObjectMetadata.isOurs(wide.getFirst())
                            ? FixCommands.APPLY
                            : FixCommands.delete("peerauthentication", usergroup.systemNamespace(), name) + ", then "
                                    + FixCommands.APPLY);
        }
        return Finding.ok(NAME, subject, "PeerAuthentication " + usergroup.systemNamespace() + "/" + name);
    }

    /** Without the label all read it, with one that revision alone (istio: LabelsInRevision). */
    private static boolean isReadBy(JsonNode policy, String revision) {
        String label = ObjectMetadata.label(policy, MeshLabels.REVISION);
        return label.isEmpty() || label.equals(revision);
    }

    private static void weakened(Snapshot snapshot, Usergroup usergroup, List<Finding> findings) {
        Set<String> places = Set.copyOf(snapshot.namespacesOf(usergroup));
        for (JsonNode policy : snapshot.peerAuthentications()) {
            boolean isWide = ObjectMetadata.namespace(policy).equals(usergroup.systemNamespace())
                    && policy.at("/spec/selector/matchLabels").isEmpty();
            if (!places.contains(ObjectMetadata.namespace(policy))) {
                continue;
            }
            List<String> weak = new ArrayList<>();
            String mode = policy.at("/spec/mtls/mode").asText();
            if (WEAK.contains(mode) && !isWide) {
                weak.add("mtls.mode " + mode);
            }
            policy.at("/spec/portLevelMtls").properties().forEach(port -> {
                String its = port.getValue().path("mode").asText();
                if (WEAK.contains(its)) {
                    weak.add("port " + port.getKey() + " " + its);
                }
            });
            if (!weak.isEmpty()) {
                findings.add(Finding.error(
                        NAME,
                        ObjectMetadata.namespace(policy),
                        "PeerAuthentication " + ObjectMetadata.name(policy) + ": " + String.join(", ", weak)
                                + "; its workloads accept plain text from everybody",
                        FixCommands.delete(
                                        "peerauthentication",
                                        ObjectMetadata.namespace(policy),
                                        ObjectMetadata.name(policy))
                                + ", or make it STRICT"));
            }
        }
    }
}
