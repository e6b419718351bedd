package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The objects and releases that a tenancy needs in the cluster: the steps in their order, each resting on those before it. */
public final class DesiredState {
    /** Where the release of the base chart is kept; no istiod runs there unless a usergroup says so. */
    private static final String BASE_NAMESPACE = "istio-system";

    private final Tenancy tenancy;
    private final List<ControlPlane> controlPlanes;
    private final List<Step> steps;

    private DesiredState(Tenancy tenancy, List<ControlPlane> controlPlanes, List<Step> steps) {
        this.tenancy = tenancy;
        this.controlPlanes = List.copyOf(controlPlanes);
        this.steps = List.copyOf(steps);
    }

    /** Throws with every problem there is. */
    public static DesiredState of(Tenancy tenancy, Settings settings) throws InvalidSetupException {
        ControlPlanes.ValidSetup setup = ControlPlanes.of(tenancy, settings);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Objects(
                "base-namespace",
                "The namespace of the release that all control planes share.",
                List.of(namespace(tenancy, BASE_NAMESPACE))));
        steps.add(new Step.Release(
                "base",
                "Istio's CustomResourceDefinitions, once for all usergroups; no default revision, and so no validator for the configuration of all.",
                new HelmRelease(
                        "istio-base",
                        BASE_NAMESPACE,
                        setup.base(),
                        Template.one("base-values.yaml", Map.of("baseNamespace", BASE_NAMESPACE)))));
        for (Usergroup usergroup : tenancy.usergroups()) {
            List<ControlPlane> itsOwn = setup.all().stream()
                    .filter(plane -> plane.usergroup().equals(usergroup))
                    .toList();
            UsergroupSteps its = new UsergroupSteps(
                    tenancy,
                    usergroup,
                    itsOwn,
                    settings.members().getOrDefault(usergroup.name(), List.of()),
                    settings.egress());
            if (!usergroup.systemNamespace().equals(BASE_NAMESPACE)) {
                steps.add(its.namespace(namespace(tenancy, usergroup.systemNamespace())));
            }
            steps.addAll(its.others());
        }
        return new DesiredState(tenancy, setup.all(), steps);
    }

    private static JsonNode namespace(Tenancy tenancy, String name) {
        ObjectNode namespace = Template.one("namespace.yaml", Map.of("namespace", name));
        Usergroup owner = tenancy.systemNamespaceOwner(name);
        if (owner != null) {
            namespace.withObject("/metadata/labels").put(tenancy.usergroupLabel(), owner.name());
        }
        return namespace;
    }

    public Tenancy tenancy() {
        return tenancy;
    }

    List<ControlPlane> controlPlanes() {
        return controlPlanes;
    }

    public List<Step> steps() {
        return steps;
    }
}
