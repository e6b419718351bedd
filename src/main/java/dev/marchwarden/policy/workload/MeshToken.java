package dev.marchwarden.policy.workload;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.policy.ViolationBuilder;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token for istiod, asked for by a template or a pod. Every istiod of the cluster that its holder can reach signs a certificate of its
 * own mesh for it. Proxies get theirs from the injector or from istiod.
 */
final class MeshToken implements ObjectRule {
    /** The volume that the injector adds. */
    private static final String INJECTED_VOLUME = "istio-token";

    private static final String TOKEN_REQUEST = "TokenRequest";
    private static final String NODE = "system:node:";

    @Override
    public RuleName name() {
        return RuleName.FOREIGN_IDENTITY;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.TOKEN_AUDIENCE);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (surroundings.mayAdminister()
                || !leaf.value().equals(IstioNames.TOKEN_AUDIENCE)
                || isOfProxy(leaf, surroundings)) {
            return null;
        }
        ViolationBuilder violation = surroundings
                .violation(name(), leaf)
                .expected("a token for another audience; the injector gives proxies theirs")
                .because("every istiod that the pod reaches would sign an identity of its mesh for this token");
        if (usergroup != null) {
            violation.unless(Requirement.administer(usergroup));
        }
        return violation.fix("remove the serviceAccountToken source for " + IstioNames.TOKEN_AUDIENCE + ", and let the"
                + " injector make the proxy");
    }

    private static boolean isOfProxy(Leaf leaf, ObjectSurroundings surroundings) {
        if (surroundings.change().kind().equals(TOKEN_REQUEST)) {
            return surroundings.change().user().name().startsWith(NODE); // for the volumes of its pods
        }
        Workload workload = Workload.of(leaf, surroundings);
        return workload.isMadeFromTemplate(surroundings)
                || workload.isDeployedForGateway(surroundings)
                || (workload.isInjected() && INJECTED_VOLUME.equals(volume(leaf)));
    }

    /** The name of the volume that the token is in. */
    private static @Nullable String volume(Leaf leaf) {
        Branch source = Objects.requireNonNull(leaf.owner().parent());
        for (Branch at = source; at != null; at = at.parent()) {
            if (at.isItem() && Objects.requireNonNull(at.parent()).name().equals("volumes")) {
                return at.text("name");
            }
        }
        return null;
    }
}
