package dev.marchwarden.tenancy;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.tenancy.Section.Located;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads {@code spec.sharedServices} of a tenancy file. */
final class SharedServicesSection {
    private final String clusterDomain;
    private final Map<String, String> ownerBySystemNamespace;
    private final List<AddressRange> clusterRanges;
    private final Map<String, Located<String>> hosts = new HashMap<>();

    /**
     * @param usergroups as far as they could be read
     * @param clusterRanges the cluster's own ranges; a shared range that holds one of them would leave nothing to protect
     */
    SharedServicesSection(String clusterDomain, List<Usergroup> usergroups, List<AddressRange> clusterRanges) {
        this.clusterDomain = clusterDomain;
        this.ownerBySystemNamespace = usergroups.stream()
                .collect(Collectors.toMap(Usergroup::systemNamespace, Usergroup::name, (first, second) -> first));
        this.clusterRanges = clusterRanges;
    }

    List<SharedService> read(Section spec) {
        List<SharedService> services = new ArrayList<>();
        for (Section section : spec.sections("sharedServices")) {
            try (section) {
                section.reportMissing("hosts", "at least one Service, for example \"kubernetes.default.svc\"");
                services.add(new SharedService(hosts(section), addresses(section), ports(section)));
            }
        }
        return services;
    }

    private Set<String> hosts(Section section) {
        Set<String> names = new TreeSet<>();
        for (Located<String> text : section.texts("hosts", Syntax.service(clusterDomain))) {
            String fullName = SharedServices.fullName(text.value(), clusterDomain);
            String owner = ownerBySystemNamespace.get(SharedServices.namespaceOf(fullName));
            if (owner != null) {
                section.wrong(
                        text,
                        "a Service in a namespace of no usergroup; this one is in the system namespace of usergroup "
                                + owner);
                continue;
            }
            Located<String> first = hosts.putIfAbsent(fullName, text);
            if (first != null) {
                section.wrong(text, "a host that is given once; line " + first.line() + " has it");
            }
            names.add(fullName);
        }
        return names;
    }

    private List<AddressRange> addresses(Section section) {
        List<AddressRange> addresses = new ArrayList<>();
        for (Located<String> text : section.texts("addresses", Syntax.ADDRESS_OR_RANGE)) {
            section.range(text).ifPresent(range -> {
                if (clusterRanges.stream().anyMatch(range::contains)) {
                    section.wrong(text, "a range that does not contain a whole range of clusterRanges");
                }
                addresses.add(range);
            });
        }
        return addresses;
    }

    private static List<ServicePort> ports(Section section) {
        List<ServicePort> ports = section.texts("ports", Syntax.PORT).stream()
                .map(text -> Objects.requireNonNull(ServicePort.parse(text.value())))
                .distinct()
                .toList();
        return ports.isEmpty() ? List.of(ServicePort.TLS_443) : ports;
    }
}
