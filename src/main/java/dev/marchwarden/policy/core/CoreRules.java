package dev.marchwarden.policy.core;

import dev.marchwarden.policy.ObjectRule;
import java.util.List;

/** The rules about objects of Kubernetes itself, in the order in which their violations are told. */
public final class CoreRules {
    public static final List<ObjectRule> ALL = List.of(
            new ControlPlaneReach(),
            new ControlPlaneInputs(),
            new DiscoveryScope(),
            new NetworkEntry(),
            new RootCertificate());

    private CoreRules() {}
}
