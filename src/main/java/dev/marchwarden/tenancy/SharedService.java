package dev.marchwarden.tenancy;

import dev.marchwarden.address.AddressRange;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Something in namespaces of no usergroup that every usergroup may use and none may take: an entry of {@code spec.sharedServices}.
 *
 * @param hosts Services by their full names in lower case, for example {@code kubernetes.default.svc.cluster.local}; sorted
 * @param addresses that are shared too; may be empty
 * @param ports that the meshes are told of; never empty
 */
public record SharedService(Set<String> hosts, List<AddressRange> addresses, List<ServicePort> ports) {
    public SharedService {
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }
}
