package dev.marchwarden.policy.config;

import dev.marchwarden.policy.ObjectRule;
import java.util.List;

/** The rules about configuration, in the order in which their violations are told. */
public final class ConfigRules {
    public static final List<ObjectRule> ALL = List.of(
            new UnknownKind(),
            new ConfigOutsideMesh(),
            new ConfigRevisionMismatch(),
            new ForeignHost(),
            new HostClaim(),
            new ForeignNamespace(),
            new ForeignIdentity(),
            new ForeignAddress(),
            new MtlsDowngrade(),
            new MeshWideConfig(),
            new RawProxyConfig(),
            new OpenGateway());

    private ConfigRules() {}
}
