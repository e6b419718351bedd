package dev.marchwarden.policy.config;

import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.policy.ViolationBuilder;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.tenancy.RuleName;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A port of a ServiceEntry with resolution NONE and without addresses: Istio listens on all addresses and passes connections on to the one
 * that the client asked for. Of a protocol that carries a host name only requests for spec.hosts are passed, of any other all.
 */
final class Passthrough {
    private static final String NONE = "NONE";

    /** Protocols that carry a host name, as istiod reads them (pkg/config/protocol). */
    private static final Set<String> NAMED =
            Set.of("HTTP", "HTTP2", "HTTP_PROXY", "HTTPS", "TLS", "GRPC", "GRPC-WEB", "GRPC-WEB-TEXT");

    private Passthrough() {}

    /** @param protocol of the port */
    static @Nullable Violation ofPort(Leaf protocol, ObjectSurroundings surroundings) {
        Branch spec = protocol.root().branch("spec");
        if (spec == null
                || !NONE.equals(spec.text("resolution"))
                || spec.child("addresses") != null
                || isOfSharedServices(spec, surroundings)) {
            return null;
        }
        ViolationBuilder violation = surroundings
                .violation(RuleName.FOREIGN_ADDRESS, protocol)
                .expected("spec.addresses, or a spec.resolution other than NONE");
        if (NAMED.contains(protocol.value().toUpperCase(Locale.ROOT))) {
            violation
                    .because("the client chooses the address for this host name, other usergroups' pods included")
                    .atMostWarning();
        } else {
            violation.because("clients could send to any address on this port, other usergroups' pods included");
        }
        return violation.fix("set spec.addresses, or spec.resolution: DNS or STATIC");
    }

    private static boolean isOfSharedServices(Branch spec, ObjectSurroundings surroundings) {
        Branch hosts = spec.branch("hosts");
        return hosts != null && hosts.leaves().stream().allMatch(host -> surroundings.isShared(host.value()));
    }
}
