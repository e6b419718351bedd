package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;

/**
 * How istiod finds out whether its own validation is in force: it tries, as a dry run, to create an invalid Gateway in its namespace and
 * waits for the refusal to be its own. Whoever else refuses is taken for it. Istio: pkg/webhooks/validation/controller/controller.go,
 * {@code isDryRunOfInvalidConfigRejected}.
 */
final class ControlPlaneProbe {
    private static final String GATEWAY = "invalid-gateway";

    private ControlPlaneProbe() {}

    /** A dry run leaves nothing behind, so nothing is lost by letting this one through. */
    static boolean is(ObjectChange change, Tenancy tenancy) {
        return change.dryRun()
                && change.operation() == Operation.CREATE
                && change.isOf("networking.istio.io", "Gateway")
                && change.name().equals(GATEWAY)
                && isControlPlane(change, tenancy);
    }

    private static boolean isControlPlane(ObjectChange change, Tenancy tenancy) {
        Usergroup usergroup = ControlPlaneAccount.usergroupOf(change.user(), tenancy);
        return usergroup != null && usergroup.systemNamespace().equals(change.namespace());
    }
}
