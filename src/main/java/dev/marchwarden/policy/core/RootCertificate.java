package dev.marchwarden.policy.core;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The certificates that the proxies of a namespace trust their control plane by, written by somebody else than that control plane. */
final class RootCertificate implements ObjectRule {
    private static final Set<String> CONFIG_MAPS = Set.of(IstioNames.ROOT_CONFIG_MAP, IstioNames.REVOCATION_CONFIG_MAP);

    @Override
    public RuleName name() {
        return RuleName.FOREIGN_IDENTITY;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.ROOT_CERTIFICATE);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (usergroup == null
                || !CONFIG_MAPS.contains(surroundings.change().name())
                || surroundings.mayRun(usergroup)) {
            return null;
        }
        return surroundings
                .violation(name(), leaf, "", "another certificate")
                .described()
                .expected("what the control plane of usergroup " + usergroup.name() + " writes")
                .because("the proxies of this namespace would trust the holder of this certificate's key")
                .restingOn(leaf.value())
                .unless(Requirement.administer(usergroup))
                .fix("leave this ConfigMap to the control plane");
    }
}
