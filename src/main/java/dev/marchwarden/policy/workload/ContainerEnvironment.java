package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Embedded;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Istio's agent in a container that is called anything, told by the variables that say which control plane it asks. Containers with the
 * injector's own names are judged by {@link ProxyContainer} where their namespace is in a usergroup.
 */
final class ContainerEnvironment implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.PROXY_OVERRIDE;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.PROXY_ENVIRONMENT);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        String variable = leaf.beside("name");
        boolean settings = ProxyVariables.SETTINGS.equals(variable);
        if (variable == null || !(settings || variable.equals(ProxyVariables.CA_ADDRESS))) {
            return null;
        }
        Usergroup own = surroundings.boundary().usergroup();
        if (own != null && ProxyContainer.isInjectors(ProxyContainer.nameOf(leaf))) {
            return null;
        }
        String address = settings ? discoveryAddress(leaf.value()) : leaf.value();
        Usergroup there = address == null ? null : controlPlaneAt(address, surroundings);
        if (there == null || there.equals(own)) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected("no control plane but that of the namespace's own usergroup")
                .because("Istio's agent gets its certificate and its configuration from there")
                .restingOn(variable)
                .fix("remove the variable " + variable);
    }

    private static @Nullable String discoveryAddress(String settings) {
        Embedded.Fields fields = Embedded.yaml(settings);
        return fields == null ? null : fields.text("discoveryAddress");
    }

    private static @Nullable Usergroup controlPlaneAt(String address, ObjectSurroundings surroundings) {
        return surroundings.hosts().literal(address.strip()) instanceof HostTarget.InNamespace there
                ? surroundings.tenancy().systemNamespaceOwner(there.namespace())
                : null;
    }
}
