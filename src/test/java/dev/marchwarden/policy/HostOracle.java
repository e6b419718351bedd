package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A second opinion on hosts: what a pod's resolver would try, written out name by name. Of a host with a wildcard it asks whether a name of
 * a Service could match. It sees fewer crossings than the code under test, which must see all of these.
 */
final class HostOracle {
    private static final String OWN = "red-app";
    static final List<String> NAMESPACES = List.of(OWN, "blue-app", "prod", "dev", "7", "loose");
    private static final String HOST_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.-_*";

    private HostOracle() {}

    /** Holds both readings of a host to what can be said about it without any cleverness. */
    static void check(String host, String domain) {
        HostTarget.Reader reader = HostTargetTest.reader(domain);
        for (boolean destination : new boolean[] {true, false}) {
            HostTarget target = destination ? reader.destination(host) : reader.literal(host);
            HostTarget again =
                    destination ? reader.destination(inCapitals(host) + "..") : reader.literal(inCapitals(host) + "..");
            assertThat(again).as("%s in capitals", host).isEqualTo(target);
            Set<String> reached = reached(host, destination, domain);
            if (target instanceof HostTarget.External || target instanceof HostTarget.Nowhere) {
                assertThat(reached).as("%s is %s", host, target).isEmpty();
                assertThat(isPlain(host)).as("%s is %s", host, target).isTrue();
            } else if (target instanceof HostTarget.InNamespace there) {
                assertThat(Set.of(there.namespace()))
                        .as("%s is %s", host, target)
                        .containsAll(reached);
            } else if (target instanceof HostTarget.Address) {
                assertThat(host).matches("(?s)(outbound_\\..*_\\.)?[0-9a-fA-F.:/\\[\\]]*(%.*)?");
            }
        }
    }

    /** Nothing but letters, digits and the like, perhaps with a port. */
    private static boolean isPlain(String host) {
        String rest = ascii(host);
        while (rest.endsWith(".")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        int colon = rest.lastIndexOf(':');
        String name = colon < 0 ? rest : rest.substring(0, colon);
        return name.chars().allMatch(c -> HOST_CHARACTERS.indexOf(c) >= 0);
    }

    /** The namespaces one of whose Services or pods could be meant. */
    private static Set<String> reached(String host, boolean destination, String domain) {
        List<String> labels = labels(host);
        Set<String> reached = new TreeSet<>();
        if (labels.isEmpty()) {
            return reached;
        }
        if (labels.size() == 1 && !labels.getFirst().contains("*")) {
            if (destination) {
                reached.add(OWN);
            }
            return reached;
        }
        for (String namespace : NAMESPACES) {
            for (String suffix : List.of("", ".svc", ".svc." + domain, ".svc.clusterset.local", ".pod." + domain)) {
                List<String> service = labels("web." + namespace + suffix);
                boolean matches =
                        labels.getFirst().startsWith("*") ? ends(service, labels) : endsExactly(labels, service);
                if (matches) {
                    reached.add(namespace);
                }
            }
        }
        return reached;
    }

    /** Whether {@code x.y.z} ends with the labels behind {@code *} or {@code *part}. */
    private static boolean ends(List<String> service, List<String> wildcard) {
        String pattern = String.join(".", wildcard).substring(1);
        return !pattern.contains("*") && String.join(".", service).endsWith(pattern);
    }

    /** Whether a name is {@code ANY.namespace...}: one label before it, or before the ones that cannot be anything else more. */
    private static boolean endsExactly(List<String> name, List<String> service) {
        int offset = name.size() - service.size();
        boolean short2 = service.size() == 2;
        return offset >= 0
                && (offset == 0 || !short2)
                && !name.get(offset).isEmpty()
                && name.subList(offset + 1, name.size()).equals(service.subList(1, service.size()));
    }

    private static List<String> labels(String host) {
        String text = ascii(host);
        int colon = text.indexOf(':');
        if (colon >= 0 && colon == text.lastIndexOf(':')) {
            text = text.substring(0, colon);
        }
        List<String> labels = new ArrayList<>(Arrays.asList(text.split("\\.")));
        if (labels.size() > 3
                && labels.getFirst().startsWith("outbound")
                && labels.get(2).endsWith("_")) {
            return List.of(); // SNI is the table's business
        }
        labels.removeIf(label -> labels.size() == 1 && label.isEmpty());
        return labels;
    }

    static String inCapitals(String host) {
        StringBuilder capitals = new StringBuilder(host.length());
        host.chars().forEach(c -> capitals.append((char) (c >= 'a' && c <= 'z' ? c - 32 : c)));
        return capitals.toString();
    }

    private static String ascii(String host) {
        StringBuilder lower = new StringBuilder(host.length());
        host.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
        return lower.toString();
    }

    /** Makes hosts of pieces that mean something, and now and then of something else. */
    static final class Random {
        private static final List<String> PIECES = List.of(
                "web",
                "red-app",
                "blue-app",
                "prod",
                "dev",
                "7",
                "svc",
                "pod",
                "cluster",
                "local",
                "cluster.local",
                "svc.cluster.local",
                "corp.example",
                "svc.corp.example",
                "clusterset.local",
                "www",
                "example",
                "com",
                "*",
                "*-app",
                "*p",
                "w*b",
                "10.0.0.1",
                "10",
                "0x7f",
                "::1",
                "[::1]",
                "localhost",
                "xn--p1ai",
                "_http",
                "",
                "WEB",
                "Blue-App",
                "outbound_",
                "8000_",
                "_");
        private static final List<String> SPOILERS = List.of(
                ".", "..", ":80", ":", " ", "%62", "\u3002", "\u212A", "\uFF0E", "@", "/", "\n", "\u0000", "#",
                "\u200B");
        private final java.util.Random random;

        Random(long seed) {
            random = new java.util.Random(seed);
        }

        String host() {
            StringBuilder host = new StringBuilder();
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                host.append(i == 0 ? "" : ".").append(one(PIECES));
                if (random.nextInt(25) == 0) {
                    host.append(one(SPOILERS));
                }
            }
            return host.toString();
        }

        private String one(List<String> texts) {
            return texts.get(random.nextInt(texts.size()));
        }
    }
}
