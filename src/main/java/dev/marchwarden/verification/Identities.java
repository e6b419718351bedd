package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Usergroup;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Workloads refuse identities of other meshes; and where the identities that they take are a closed list, all members are on it. */
final class Identities implements Check {
    private static final String NAME = "identities";

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        return snapshot.tenancy().usergroups().stream()
                .map(usergroup -> finding(snapshot, usergroup))
                .toList();
    }

    private static Finding finding(Snapshot snapshot, Usergroup usergroup) {
        List<JsonNode> denying = snapshot.authorizationPolicies().stream()
                .filter(policy -> ObjectMetadata.namespace(policy).equals(usergroup.systemNamespace()))
                .filter(policy -> isForAll(policy, usergroup))
                .toList();
        List<String> domains = snapshot.istiods(usergroup).stream()
                .map(Istiod::trustDomain)
                .distinct()
                .toList();
        boolean isClosed = denying.stream()
                .flatMap(policy -> policy.at("/spec/rules").valueStream())
                .anyMatch(rule -> domains.stream().anyMatch(domain -> deniesOthers(rule, domain)));
        if (!isClosed) {
            return Finding.error(
                    NAME,
                    usergroup.name(),
                    "no AuthorizationPolicy in " + usergroup.systemNamespace()
                            + " that denies identities of other trust domains to all of its workloads",
                    FixCommands.APPLY);
        }
        return list(snapshot, usergroup, denying);
    }

    /** For every workload and every revision, and not for show. */
    private static boolean isForAll(JsonNode policy, Usergroup usergroup) {
        String revision = ObjectMetadata.label(policy, MeshLabels.REVISION);
        return policy.at("/spec/action").asText().equals("DENY")
                && policy.at("/spec/selector/matchLabels").isEmpty()
                && policy.at("/spec/targetRef").isEmpty()
                && policy.at("/spec/targetRefs").isEmpty()
                && (revision.isEmpty() || usergroup.revisions().equals(List.of(revision)))
                && !ObjectMetadata.annotation(policy, "istio.io/dry-run").equals("true");
    }

    /** Any identity at all that is not of the trust domain, and without further conditions. */
    private static boolean deniesOthers(JsonNode rule, String domain) {
        return rule.path("to").isEmpty()
                && rule.path("when").isEmpty()
                && rule.path("from")
                        .valueStream()
                        .map(from -> from.path("source"))
                        .anyMatch(source -> source.size() == 2
                                && texts(source.path("namespaces")).equals(Set.of("*"))
                                && texts(source.path("notPrincipals")).equals(Set.of(domain + "/*")));
    }

    private static Finding list(Snapshot snapshot, Usergroup usergroup, List<JsonNode> denying) {
        List<String> members = snapshot.namespacesOf(usergroup);
        for (JsonNode policy : denying) {
            for (JsonNode rule : policy.at("/spec/rules")) {
                Set<String> listed = texts(rule.at("/from/0/source/notNamespaces"));
                if (listed.isEmpty()) {
                    continue;
                }
                List<String> refused = members.stream()
                        .filter(member -> !listed.contains(member))
                        .toList();
                List<String> strangers = listed.stream()
                        .filter(name -> !members.contains(name) && !isLeaving(snapshot, name))
                        .sorted()
                        .toList();
                if (!refused.isEmpty()) {
                    return Finding.error(
                            NAME,
                            usergroup.name(),
                            "AuthorizationPolicy " + ObjectMetadata.name(policy) + " refuses members: "
                                    + NameList.some(refused),
                            "`marchwarden bootstrap assign NAMESPACE --usergroup " + usergroup.name()
                                    + "` lets them in");
                }
                if (!strangers.isEmpty()) {
                    return Finding.error(
                            NAME,
                            usergroup.name(),
                            "AuthorizationPolicy " + ObjectMetadata.name(policy) + " lets in who is no member: "
                                    + NameList.some(strangers),
                            "`marchwarden bootstrap apply --identities=namespaces` with the namespaces as they are");
                }
                return Finding.ok(NAME, usergroup.name(), "only those of " + listed.size() + " namespaces are let in");
            }
        }
        return Finding.ok(NAME, usergroup.name(), "those of other trust domains are denied");
    }

    /** On its way out it is no member any more, and lets nobody in. */
    private static boolean isLeaving(Snapshot snapshot, String name) {
        ObservedNamespace namespace = snapshot.namespace(name);
        return namespace != null && namespace.isTerminating();
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new HashSet<>();
        list.forEach(one -> texts.add(one.asText()));
        return texts;
    }
}
