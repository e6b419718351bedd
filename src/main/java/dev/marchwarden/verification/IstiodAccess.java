package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.LabelSelector;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * NetworkPolicies let only the usergroup's own namespaces reach XDS and the CA of its istiod, which signs for any service account of the cluster. All
 * that select its pods add up. Whether the network plugin heeds them is not to be seen from here.
 */
final class IstiodAccess implements Check {
    private static final String NAME = "istiod-access";

    /** XDS in plain text; XDS and the CA. */
    private static final List<Integer> GUARDED = List.of(15010, 15012);

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            snapshot.istiods(usergroup).forEach(istiod -> findings.add(finding(snapshot, usergroup, istiod)));
        }
        return findings;
    }

    private static Finding finding(Snapshot snapshot, Usergroup usergroup, Istiod istiod) {
        Map<String, String> pod = labels(istiod.deployment().at("/spec/template/metadata/labels"));
        List<JsonNode> policies = snapshot.networkPolicies().stream()
                .filter(policy -> ObjectMetadata.namespace(policy).equals(usergroup.systemNamespace()))
                .filter(policy -> new LabelSelector(policy.at("/spec/podSelector")).matches(pod))
                .filter(IstiodAccess::isOnIngress)
                .toList();
        if (policies.isEmpty()) {
            return Finding.error(
                    NAME,
                    istiod.name(),
                    "no NetworkPolicy: any pod of the cluster gets a certificate of this mesh from its CA",
                    FixCommands.APPLY);
        }
        for (JsonNode policy : policies) {
            for (JsonNode rule : policy.at("/spec/ingress")) {
                String open = open(snapshot, usergroup, istiod, rule);
                if (!open.isEmpty()) {
                    return Finding.error(
                            NAME,
                            istiod.name(),
                            "NetworkPolicy " + ObjectMetadata.name(policy) + " lets " + open + " reach XDS and the CA",
                            ObjectMetadata.isOurs(policy)
                                    ? FixCommands.APPLY
                                    : "take that rule out of it: policies add up, and ours does not take it back");
                }
            }
        }
        return Finding.ok(NAME, istiod.name(), "XDS and CA for namespaces of " + usergroup.name() + " alone");
    }

    private static boolean isOnIngress(JsonNode policy) {
        JsonNode types = policy.at("/spec/policyTypes");
        return types.isEmpty()
                || types.valueStream().anyMatch(type -> type.asText().equals("Ingress"));
    }

    /** Whom a rule lets in that is not of the usergroup; empty for nobody. */
    private static String open(Snapshot snapshot, Usergroup usergroup, Istiod istiod, JsonNode rule) {
        if (!isForGuarded(rule.path("ports"), istiod)) {
            return "";
        }
        if (rule.path("from").isEmpty()) {
            return "anybody";
        }
        for (JsonNode peer : rule.path("from")) {
            if (peer.has("ipBlock")) {
                return peer.at("/ipBlock/cidr").asText();
            }
            if (!peer.has("namespaceSelector")) {
                continue; // pods of the system namespace itself
            }
            LabelSelector selector = new LabelSelector(peer.path("namespaceSelector"));
            if (selector.mayMatch(Map.of())) {
                return "pods of any namespace";
            }
            List<String> strangers = snapshot.namespaces().stream()
                    .filter(namespace -> selector.mayMatch(namespace.labels()))
                    .filter(namespace -> !usergroup.equals(snapshot.usergroup(namespace)))
                    .map(ObservedNamespace::name)
                    .toList();
            if (!strangers.isEmpty()) {
                return "pods of " + NameList.some(strangers);
            }
        }
        return "";
    }

    /** Without ports a rule is for all of them. What else istiod listens on takes nobody into the mesh. */
    private static boolean isForGuarded(JsonNode ports, Istiod istiod) {
        return ports.isEmpty()
                || ports.valueStream().anyMatch(port -> {
                    int first = number(port.path("port"), istiod);
                    int last = port.path("endPort").asInt(first);
                    return port.path("port").isMissingNode()
                            || GUARDED.stream().anyMatch(guarded -> first <= guarded && guarded <= last);
                });
    }

    /** A name is that of a container's port; -1 where there is none, which lets nobody in. */
    private static int number(JsonNode port, Istiod istiod) {
        return port.isNumber()
                ? port.asInt()
                : istiod.container()
                        .path("ports")
                        .valueStream()
                        .filter(one -> one.path("name").asText().equals(port.asText()))
                        .mapToInt(one -> one.path("containerPort").asInt())
                        .findFirst()
                        .orElse(-1);
    }

    private static Map<String, String> labels(JsonNode labels) {
        Map<String, String> all = new HashMap<>();
        labels.properties()
                .forEach(label -> all.put(label.getKey(), label.getValue().asText()));
        return all;
    }
}
