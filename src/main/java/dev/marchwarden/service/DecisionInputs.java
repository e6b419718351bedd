package dev.marchwarden.service;

import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.tenancy.Tenancy;
import java.util.List;

/**
 * The tenancy and namespaces of decisions; replaced as a whole.
 *
 * @param namespaces from files; empty and unused where there is a cluster
 */
record DecisionInputs(Policy policy, NamespaceSnapshot namespaces) {
    static DecisionInputs of(Tenancy tenancy, List<Manifest> manifests) {
        return new DecisionInputs(new Policy(tenancy), NamespaceSnapshot.of(manifests, tenancy.usergroupLabel()));
    }
}
