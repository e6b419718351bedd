package dev.marchwarden.policy;

import dev.marchwarden.address.AddressRange;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a host name leads. Istio resolves a name without a dot to the object's own namespace and takes everything else literally
 * (pilot/pkg/model/config.go L209-241); but {@code x.NS} and {@code x.NS.svc} mean a namespace to whoever wrote them and to the resolvers
 * of pods, and so they do here.
 */
public sealed interface HostTarget {
    /** Services of this namespace: one of them, or by a wildcard all. */
    record InNamespace(String namespace) implements HostTarget {}

    /** Names of more than one namespace, or of the cluster domain but of no namespace. */
    record Across() implements HostTarget {}

    /** A name outside the cluster, in lower case; may begin with a wildcard. */
    record External(String name) implements HostTarget {}

    /** An IP address. */
    record Address(AddressRange range) implements HostTarget {}

    /** Nothing: an empty name. */
    record Nowhere() implements HostTarget {}

    /**
     * No name as DNS has them, or a number that only some take for an address. What one resolver refuses another maps to a name of the
     * cluster (full-width dots and letters, escapes, white space), so it is nobody's and never harmless.
     */
    record Unclear() implements HostTarget {}

    /** Reads host names for one object, each once: most objects name few hosts, and name them often. Not safe for several threads. */
    final class Reader {
        private static final String MULTI_CLUSTER_DOMAIN = "clusterset.local";
        private static final String PORT_MARK = ":";
        /** How Istio names a Service's port in SNI between networks. */
        private static final Pattern SNI = Pattern.compile("outbound(_mtls)?_\\.[0-9]*+_\\.[a-z0-9_-]*+(?<=_)\\.");

        private static final String SNI_START = "outbound";

        private final String namespace;
        private final Namespaces namespaces;
        /** Each with a dot in front. The last two of the Services' are what the search path of a pod completes. */
        private final List<String> serviceSuffixes;

        private final List<String> clusterSuffixes;
        private final Map<String, HostTarget> destinations = new HashMap<>();
        private final Map<String, HostTarget> literals = new HashMap<>();

        /**
         * @param namespace of the object
         * @param clusterDomain in which Services have their names, in lower case
         */
        Reader(String namespace, String clusterDomain, Namespaces namespaces) {
            this.namespace = namespace;
            this.namespaces = namespaces;
            this.serviceSuffixes = List.of(
                    ".svc." + clusterDomain, ".pod." + clusterDomain, ".svc." + MULTI_CLUSTER_DOMAIN, ".svc", ".pod");
            this.clusterSuffixes = List.of("." + clusterDomain, "." + MULTI_CLUSTER_DOMAIN);
        }

        /** As Istio reads a destination: a name without a dot is a Service of the object's own namespace. */
        public HostTarget destination(String host) {
            HostTarget known = destinations.get(host);
            return known == null ? remember(destinations, host, readDestination(plain(host))) : known;
        }

        /** As it stands: a name without a dot is nothing but that. */
        public HostTarget literal(String host) {
            HostTarget known = literals.get(host);
            return known == null ? remember(literals, host, readLiteral(plain(host))) : known;
        }

        private static HostTarget remember(Map<String, HostTarget> targets, String host, HostTarget target) {
            targets.put(host, target);
            return target;
        }

        private HostTarget readDestination(String name) {
            return isShort(name) ? new InNamespace(namespace) : read(name);
        }

        private HostTarget readLiteral(String name) {
            if (name.startsWith(SNI_START)) {
                Matcher sni = SNI.matcher(name);
                return read(sni.lookingAt() ? name.substring(sni.end()) : name);
            }
            return read(name);
        }

        private static boolean isShort(String name) {
            return isName(name) && name.indexOf('.') < 0 && name.indexOf('*') < 0;
        }

        /** Whether it has nothing in it but what names of DNS, and wildcards, are made of. */
        private static boolean isName(String name) {
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                boolean ofNames = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "._*-".indexOf(c) >= 0;
                if (!ofNames) {
                    return false;
                }
            }
            return !name.isEmpty();
        }

        /**
         * In lower case, without a port and without the dots that end a full name. What is not ASCII stays as it is: the Kelvin sign in
         * lower case is a k.
         */
        private static String plain(String host) {
            String name = withoutDots(isAscii(host) ? host.toLowerCase(Locale.ROOT) : host);
            int colon = name.lastIndexOf(PORT_MARK);
            // More than one colon, unless in brackets: an IPv6 address and no port.
            boolean port =
                    colon >= 0 && (name.startsWith("[") || name.indexOf(PORT_MARK) == colon) && isPort(name, colon + 1);
            return port ? withoutDots(name.substring(0, colon)) : name;
        }

        private static boolean isAscii(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) >= 0x80) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isPort(String name, int start) {
            for (int i = start; i < name.length(); i++) {
                if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                    return false;
                }
            }
            return name.length() - start <= 5;
        }

        private static String withoutDots(String name) {
            int end = name.length();
            while (end > 0 && name.charAt(end - 1) == '.') {
                end--;
            }
            return name.substring(0, end);
        }

        private HostTarget read(String name) {
            if (name.isEmpty()) {
                return new Nowhere();
            }
            if (mayBeAddress(name)) {
                AddressRange address = AddressRange.parse(name);
                if (address != null) {
                    return new Address(address);
                }
                if (AddressRange.looksNumeric(name)) {
                    return new Unclear();
                }
            }
            if (!isName(name)) {
                return new Unclear();
            }
            for (String suffix : serviceSuffixes) {
                if (name.endsWith(suffix)) {
                    return inNamespace(name.substring(0, name.length() - suffix.length()));
                }
            }
            for (String suffix : clusterSuffixes) {
                if (name.endsWith(suffix) || name.equals(suffix.substring(1))) {
                    return new Across();
                }
            }
            return name.indexOf('*') >= 0 && coversNamespaces(name) ? new Across() : lastLabel(name);
        }

        /** Numbers of any base begin with a digit, and all other addresses have a colon. */
        private static boolean mayBeAddress(String name) {
            return (name.charAt(0) >= '0' && name.charAt(0) <= '9') || name.indexOf(PORT_MARK) >= 0;
        }

        /** @param rest what stands before {@code .svc}: the last label is the namespace */
        private static HostTarget inNamespace(String rest) {
            String label = rest.substring(rest.lastIndexOf('.') + 1);
            return label.isEmpty() || label.indexOf('*') >= 0 ? new Across() : new InNamespace(label);
        }

        /**
         * Whether a name with a wildcard takes in names of Services whatever their namespace. One that has it anywhere but in front is no
         * host to Istio, but may be to somebody; one that ends in less than a label takes in {@code x.NS}.
         */
        private boolean coversNamespaces(String name) {
            String suffix = name.substring(1);
            return name.lastIndexOf('*') > 0
                    || suffix.indexOf('.') < 0
                    || serviceSuffixes.stream().anyMatch(services -> services.endsWith(suffix));
        }

        /**
         * {@code x.NS}, where NS is a namespace or can be nothing but one: no top-level domain has a digit or a hyphen in it, save for
         * those that begin with {@code xn--}. Of {@code pod.x.NS}, which is also how names outside are made, only the latter.
         */
        private HostTarget lastLabel(String name) {
            int dot = name.lastIndexOf('.');
            if (dot < 0) {
                return new External(name);
            }
            String label = name.substring(dot + 1);
            boolean onlyNamespace =
                    !label.startsWith("xn--") && label.chars().anyMatch(c -> c == '-' || (c >= '0' && c <= '9'));
            boolean two = name.indexOf('.') == dot;
            return onlyNamespace || (two && namespaces.find(label) != null)
                    ? new InNamespace(label)
                    : new External(name);
        }
    }
}
