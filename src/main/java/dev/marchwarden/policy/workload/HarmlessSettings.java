package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;

/** The annotation {@code proxy.istio.io/config} on an object that istiod makes pods of, judged as on the pods themselves. */
public final class HarmlessSettings {
    private HarmlessSettings() {}

    /** Whether every owner of the usergroup may set this on a pod. */
    public static boolean is(Leaf annotation, Usergroup usergroup, ObjectSurroundings surroundings) {
        List<Violation> violations = new ArrayList<>(0);
        new ProxySettings(annotation, new AllowedTargets(usergroup, surroundings)).judge(violations);
        return violations.isEmpty();
    }
}
