package dev.marchwarden.tenancy;

import dev.marchwarden.address.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * All services that every usergroup may use and none may take. The cluster's API server, {@code kubernetes.default.svc}, is always one.
 *
 * <p>They are shared by name. A namespace that has joined a usergroup since is that usergroup's: whoever asks {@link #isShared(String)}
 * also checks that the namespace of the host belongs to nobody.
 */
public final class SharedServices {
    /** The Service of the cluster's API server, without the cluster domain. */
    public static final String API_SERVER = "kubernetes.default.svc";

    private static final String SERVICE = ".svc";
    private static final int LABELS_OF_SHORT_NAME = 2;

    private final String clusterDomain;
    private final List<SharedService> services;
    private final Set<String> hosts = new TreeSet<>();
    private final List<AddressRange> addresses = new ArrayList<>();

    /**
     * @param clusterDomain in which Services have their names
     * @param listed as the tenancy file lists them; the API server is added where it is not among them
     */
    SharedServices(String clusterDomain, List<SharedService> listed) {
        this.clusterDomain = clusterDomain.toLowerCase(Locale.ROOT);
        String apiServer = fullName(API_SERVER, this.clusterDomain);
        List<SharedService> all = new ArrayList<>(listed);
        if (listed.stream().noneMatch(service -> service.hosts().contains(apiServer))) {
            all.addFirst(new SharedService(Set.of(apiServer), List.of(), List.of(ServicePort.TLS_443)));
        }
        this.services = List.copyOf(all);
        services.forEach(service -> {
            hosts.addAll(service.hosts());
            addresses.addAll(service.addresses());
        });
    }

    /** The services in the order of the file; the API server is first unless the file lists it. */
    public List<SharedService> list() {
        return services;
    }

    /** Whether this is the name of a shared service, as {@code NAME.NAMESPACE}, {@code NAME.NAMESPACE.svc} or with the cluster domain. */
    public boolean isShared(String host) {
        return hosts.contains(fullName(host.toLowerCase(Locale.ROOT), clusterDomain));
    }

    /** Whether all of these addresses are shared. */
    public boolean isShared(AddressRange range) {
        return addresses.stream().anyMatch(shared -> shared.contains(range));
    }

    /**
     * The full name of a Service: {@code x.NS} and {@code x.NS.svc} get what they lack. Every other text stays as it is.
     *
     * @param host in lower case
     */
    static String fullName(String host, String clusterDomain) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.endsWith(SERVICE)) {
            return name + "." + clusterDomain;
        }
        boolean isShort = name.chars().filter(c -> c == '.').count() == LABELS_OF_SHORT_NAME - 1;
        return isShort ? name + SERVICE + "." + clusterDomain : name;
    }

    /** The namespace of a Service, by its full name. */
    static String namespaceOf(String fullName) {
        String[] labels = fullName.split("\\.", 3);
        return labels[1];
    }
}
