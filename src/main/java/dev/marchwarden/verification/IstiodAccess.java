package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.LabelSelector;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
        Map<String, String> pod = istiod.podLabels();
        List<NetworkPolicy> policies = snapshot.networkPolicies().stream()
                .filter(policy -> ObjectMetadata.namespace(policy).equals(usergroup.systemNamespace()))
                .filter(policy ->
                        Selectors.of(policy.getSpec().getPodSelector()).matches(pod))
                .filter(IstiodAccess::isOnIngress)
                .toList();
        if (policies.isEmpty()) {
            return Finding.error(
                    NAME,
                    istiod.name(),
                    "no NetworkPolicy: any pod of the cluster gets a certificate of this mesh from its CA",
                    FixCommands.APPLY);
        }
        for (NetworkPolicy policy : policies) {
            for (NetworkPolicyIngressRule rule : policy.getSpec().getIngress()) {
                String open = open(snapshot, usergroup, istiod, rule);
                if (!open.isEmpty()) {
                    return Finding.error(
                            NAME,
                            istiod.name(),
                            "NetworkPolicy " + ObjectMetadata.name(policy) + " lets " + open + " reach XDS and the CA",
                            ObjectMetadata.isOurs(policy)
                                    ? FixCommands.APPLY
                                    : "remove that rule: policies add up, so the one of bootstrap does not revoke it");
                }
            }
        }
        return Finding.ok(NAME, istiod.name(), "XDS and CA for namespaces of " + usergroup.name() + " alone");
    }

    private static boolean isOnIngress(NetworkPolicy policy) {
        List<String> types = policy.getSpec().getPolicyTypes();
        return types.isEmpty() || types.contains("Ingress");
    }

    /** Whom a rule lets in that is not of the usergroup; empty for nobody. */
    private static String open(Snapshot snapshot, Usergroup usergroup, Istiod istiod, NetworkPolicyIngressRule rule) {
        if (!isForGuarded(rule.getPorts(), istiod)) {
            return "";
        }
        if (rule.getFrom().isEmpty()) {
            return "anybody";
        }
        for (NetworkPolicyPeer peer : rule.getFrom()) {
            if (peer.getIpBlock() != null) {
                return peer.getIpBlock().getCidr();
            }
            if (peer.getNamespaceSelector() == null) {
                continue; // pods of the system namespace itself
            }
            LabelSelector selector = Selectors.of(peer.getNamespaceSelector());
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
    private static boolean isForGuarded(List<NetworkPolicyPort> ports, Istiod istiod) {
        return ports.isEmpty()
                || ports.stream().anyMatch(port -> {
                    if (port.getPort() == null) {
                        return true;
                    }
                    int first = number(port.getPort(), istiod);
                    int last = Objects.requireNonNullElse(port.getEndPort(), first);
                    return GUARDED.stream().anyMatch(guarded -> first <= guarded && guarded <= last);
                });
    }

    /** A name is that of a container's port; -1 where there is none, which lets nobody in. */
    private static int number(IntOrString port, Istiod istiod) {
        return port.getIntVal() != null
                ? port.getIntVal()
                : istiod.container().getPorts().stream()
                        .filter(one -> port.getStrVal().equals(one.getName()))
                        .mapToInt(ContainerPort::getContainerPort)
                        .findFirst()
                        .orElse(-1);
    }
}
