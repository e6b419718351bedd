package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a proxy has from its istiod at one moment.
 *
 * @param resources by type, such as {@code Cluster}, and name, as their bytes; those that tell that istiod is done are left out
 */
record ProxyConfiguration(Map<String, Map<String, ByteString>> resources) {
    /** What Istio calls the cluster of a host. */
    private static final Pattern CLUSTER = Pattern.compile("outbound\\|\\d+\\|[^|]*\\|([a-z0-9.*-]+)");

    /** What it calls a route in traces. */
    private static final Pattern OPERATION = Pattern.compile("([a-z0-9.-]+):\\d+/\\*");

    /** The message that it is in has the name first, and a field of another kind behind it. */
    static final Pattern SECRET = Pattern.compile("((?:kubernetes|kubernetes-gateway|configmap)://[!-~]+)");

    /** Of resources that are in one of both only, or different: {@code TYPE NAME}. */
    Set<String> differences(ProxyConfiguration other) {
        Set<String> types = new TreeSet<>(resources.keySet());
        types.addAll(other.resources.keySet());
        Set<String> different = new TreeSet<>();
        for (String type : types) {
            Map<String, ByteString> here = resources.getOrDefault(type, Map.of());
            Map<String, ByteString> there = other.resources.getOrDefault(type, Map.of());
            Set<String> names = new TreeSet<>(here.keySet());
            names.addAll(there.keySet());
            names.stream()
                    .filter(name -> !Objects.equals(here.get(name), there.get(name)))
                    .forEach(name -> different.add(type + " " + name));
        }
        return different;
    }

    /** @param name as {@link #differences} has it */
    boolean has(String name) {
        int space = name.indexOf(' ');
        return resources.getOrDefault(name.substring(0, space), Map.of()).containsKey(name.substring(space + 1));
    }

    /** Everything in it, names too, each byte a character: what stands in it as ASCII text can be found. */
    String text() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(resources)
                .forEach((type, named) -> new TreeMap<>(named)
                        .forEach((name, bytes) -> text.append(type)
                                .append(' ')
                                .append(name)
                                .append('\n')
                                .append(bytes.toString(ISO_8859_1))
                                .append('\n')));
        return text.toString();
    }

    /** The same without references to what it has not: these lead nowhere. */
    String living() {
        Set<String> hosts = new HashSet<>();
        resources
                .getOrDefault("Cluster", Map.of())
                .keySet()
                .forEach(cluster -> hosts.add(cluster.substring(cluster.lastIndexOf('|') + 1)));
        Set<String> secrets = resources.getOrDefault("Secret", Map.of()).keySet();
        String text = without(text(), CLUSTER, hosts);
        return without(without(text, OPERATION, hosts), SECRET, secrets);
    }

    /** The byte behind a name, which begins the next field, may look like one more character of it. */
    private static String without(String text, Pattern reference, Set<String> there) {
        return reference.matcher(text).replaceAll(found -> {
            String name = found.group(1);
            boolean is = there.contains(name) || there.contains(name.substring(0, name.length() - 1));
            return is ? Matcher.quoteReplacement(found.group()) : "";
        });
    }
}
