package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Node;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Set;

/**
 * A whole port of a gateway of the system namespace, taken by a namespace of a usergroup that isolates its namespaces. What is routed by
 * neither name nor SNI belongs to whoever comes first (pilot/pkg/networking/core/gateway.go buildGatewayNetworkFiltersFromTCPRoutes).
 */
final class SharedPort {
    private static final Set<String> ROUTES = Set.of("TCPRoute", "UDPRoute");

    private final ObjectSurroundings surroundings;

    SharedPort(ObjectSurroundings surroundings) {
        this.surroundings = surroundings;
    }

    List<Violation> ofState(ObjectReach state) {
        Boundary boundary = surroundings.boundary();
        Usergroup usergroup = boundary.usergroup();
        Branch spec = state.root().branch("spec");
        if (usergroup == null || spec == null || !boundary.isolated()) {
            return List.of();
        }
        Node routes = ROUTES.contains(state.kind().kind()) ? spec.child("parentRefs") : spec.child("tcp");
        if (routes == null || !Audience.of(state.root(), state.kind(), boundary).shared()) {
            return List.of();
        }
        return List.of(surroundings
                .violation(
                        RuleName.HOST_CLAIM,
                        routes.path(),
                        "all of a port of a gateway in " + usergroup.systemNamespace())
                .expected("routes by host name or SNI at a shared gateway")
                .because("TCP and UDP routes take the whole port from the other namespaces of the usergroup")
                .restingOn(spec.asText())
                .fix("use a gateway of " + boundary.namespace() + ", or ask a mesh admin of " + usergroup.name()
                        + " to route the port"));
    }
}
