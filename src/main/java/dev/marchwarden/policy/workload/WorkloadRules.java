package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectRule;
import java.util.List;

/** The rules about workloads, in the order in which their violations are told. */
public final class WorkloadRules {
    public static final List<ObjectRule> ALL = List.of(
            new WorkloadRevision(),
            new AutomaticImage(),
            new InjectionOptOut(),
            new ProxyOverride(),
            new GatewayDeployment(),
            new UserVolumes(),
            new TemplateText(),
            new ContainerEnvironment(),
            new ControlPlaneName(),
            new MeshToken(),
            new ForeignInjection());

    private WorkloadRules() {}
}
