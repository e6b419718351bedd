package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pod in which the name of a control plane leads to an address of its author's: a hosts file, or a name server, of its own. The proxy
 * asks by name for its certificate and for its configuration.
 */
final class ControlPlaneName implements ObjectRule {
    /** Name servers on the node itself (NodeLocal DNSCache); the cluster's own name server is behind them. */
    private static final Set<String> LINK_LOCAL = Set.of("169.254.", "fe80:");

    @Override
    public RuleName name() {
        return RuleName.PROXY_OVERRIDE;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.HOST_ALIAS, Reach.NAMESERVER);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        if (leaf.reach() == Reach.NAMESERVER) {
            return surroundings.boundary().usergroup() == null ? null : ofNameServer(leaf, surroundings);
        }
        boolean controlPlane = surroundings.hosts().literal(leaf.value()) instanceof HostTarget.InNamespace there
                && surroundings.tenancy().systemNamespaceOwner(there.namespace()) != null;
        return controlPlane
                ? surroundings
                        .violation(name(), leaf)
                        .expected("no name of a Service in a usergroup's system namespace")
                        .because("the proxy would use that address as its control plane")
                        .fix("remove " + leaf.path())
                : null;
    }

    /** Where the policy is not None the cluster's own name server is asked first, and knows every Service. */
    private @Nullable Violation ofNameServer(Leaf leaf, ObjectSurroundings surroundings) {
        Leaf policy = Workload.of(leaf, surroundings).field("spec", "dnsPolicy");
        if (policy == null
                || !policy.value().equals("None")
                || LINK_LOCAL.stream().anyMatch(leaf.value()::startsWith)) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected("dnsPolicy ClusterFirst, or a name server on the node (169.254.0.0/16)")
                .because("this name server decides the address of the control plane")
                .restingOn(policy.value())
                .fix("remove " + policy.path() + ": with ClusterFirst this server is asked after the cluster's own");
    }
}
