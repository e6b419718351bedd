package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.Violation;
import dev.marchwarden.policy.ViolationBuilder;
import dev.marchwarden.reach.Embedded;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A ProxyConfig in an annotation (istio/api mesh/v1alpha1/proxy.proto), laid over the mesh's own field by field. What is not known to be
 * harmless is not let through: discoveryAddress, caCertificatesPem, binaryPath and their like make it somebody else's proxy, runtimeValues
 * switch off what Envoy checks.
 */
final class ProxySettings {
    /** A path here takes in all below it. */
    private static final Set<String> HARMLESS = Set.of(
            "concurrency",
            "drainDuration",
            "parentShutdownDuration",
            "terminationDrainDuration",
            "holdApplicationUntilProxyStarts",
            "proxyStatsMatcher",
            "extraStatTags",
            "statNameLength",
            "statsCompression",
            "fileFlushInterval",
            "fileFlushMinSizeKb",
            "proxyHeaders",
            "gatewayTopology",
            "readinessProbe.failureThreshold",
            "readinessProbe.grpc",
            "readinessProbe.httpGet.httpHeaders",
            "readinessProbe.httpGet.path",
            "readinessProbe.httpGet.port",
            "readinessProbe.httpGet.scheme",
            "readinessProbe.initialDelaySeconds",
            "readinessProbe.periodSeconds",
            "readinessProbe.successThreshold",
            "readinessProbe.tcpSocket.port",
            "readinessProbe.timeoutSeconds",
            "tracingServiceName",
            "privateKeyProvider",
            "image.imageType",
            "tracing.sampling",
            "tracing.maxPathTagLength",
            "tracing.customTags",
            "tracing.stackdriver",
            "tracing.lightstep.accessToken",
            "tracing.openCensusAgent.context",
            "envoyAccessLogService.tcpKeepalive",
            "envoyMetricsService.tcpKeepalive");

    /** Where a proxy sends what it sees. */
    private static final Set<String> ADDRESSES = Set.of(
            "tracing.zipkin.address",
            "tracing.lightstep.address",
            "tracing.datadog.address",
            "tracing.openCensusAgent.address",
            "envoyAccessLogService.address",
            "envoyMetricsService.address",
            "envoyMetricsServiceAddress",
            "statsdUdpAddress",
            "zipkinAddress");

    /** Whom the agent asks; without, the pod itself. */
    private static final Set<String> PROBED_HOSTS =
            Set.of("readinessProbe.httpGet.host", "readinessProbe.tcpSocket.host");

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
    private static final String CONTROL_PLANE = "discoveryAddress";
    private static final String VARIABLES = "proxyMetadata";
    private static final String INTERCEPTION_MODE = "interceptionMode";
    private static final Set<String> CAPTURING = Set.of("REDIRECT", "TPROXY");

    /** What has something known below it. */
    private static final Set<String> PARENTS = Stream.concat(HARMLESS.stream(), ADDRESSES.stream())
            .flatMap(ProxySettings::above)
            .collect(Collectors.toUnmodifiableSet());

    private final Leaf leaf;
    private final AllowedTargets targets;

    ProxySettings(Leaf leaf, AllowedTargets targets) {
        this.leaf = leaf;
        this.targets = targets;
    }

    private static Stream<String> above(String path) {
        return Stream.iterate(path.lastIndexOf('.'), dot -> dot > 0, dot -> path.lastIndexOf('.', dot - 1))
                .map(dot -> path.substring(0, dot));
    }

    void judge(List<Violation> violations) {
        Embedded.Fields settings = Embedded.yaml(leaf.value());
        if (settings == null) {
            violations.add(targets.surroundings()
                    .violation(RuleName.PROXY_OVERRIDE, leaf)
                    .expected("a ProxyConfig in YAML, each key once, without aliases and tags")
                    .because("it cannot be read, so its settings are unknown")
                    .fix("write " + leaf.path() + " as plain YAML, or remove it"));
            return;
        }
        fields(settings, "", violations);
    }

    private void fields(Embedded.Fields fields, String above, List<Violation> violations) {
        fields.fields().forEach((key, value) -> field(above + camelCase(key), value, violations));
    }

    private void field(String path, Embedded value, List<Violation> violations) {
        String text = ProxyVariables.text(value);
        boolean blank = text.isEmpty() && (PARENTS.contains(path) || path.equals(VARIABLES));
        boolean loopback = PROBED_HOSTS.contains(path) && LOOPBACK.contains(text);
        if (blank
                || loopback
                || HARMLESS.contains(path)
                || (path.equals(INTERCEPTION_MODE) && CAPTURING.contains(text))) {
            return;
        }
        if (value instanceof Embedded.Fields fields && path.equals(VARIABLES)) {
            variables(fields, violations);
        } else if (value instanceof Embedded.Fields fields && PARENTS.contains(path)) {
            fields(fields, path + ".", violations);
        } else if (value instanceof Embedded.Text && ADDRESSES.contains(path)) {
            address(path, text, violations);
        } else if (path.equals(CONTROL_PLANE) && targets.is(text)) {
            return;
        } else if (path.equals(CONTROL_PLANE)) {
            violations.add(violation(path, text)
                    .expected(targets.inWords())
                    .because("another control plane would configure this proxy")
                    .fix(fix(path)));
        } else {
            violations.add(violation(path, text)
                    .expected("only fields that are known to be harmless (docs/rules.md)")
                    .because("it could change the proxy's control plane, trusted roots or program")
                    .fix(fix(path)));
        }
    }

    private void variables(Embedded.Fields variables, List<Violation> violations) {
        variables.fields().forEach((name, value) -> {
            if (!ProxyVariables.isHarmless(name) || TemplateText.breaksOut(ProxyVariables.text(value))) {
                String within = "." + VARIABLES + "." + Quoted.bare(name);
                violations.add(ProxyVariables.violation(
                        leaf, within, name, ProxyVariables.text(value), targets.surroundings()));
            }
        });
    }

    private void address(String path, String address, List<Violation> violations) {
        String reason = targets.reasonAgainst(address);
        if (reason != null) {
            violations.add(violation(path, address)
                    .expected("an address outside the cluster, or of a Service in "
                            + targets.surroundings().boundary().inWords())
                    .because("the proxy would send its data there, and " + reason)
                    .fix(fix(path)));
        }
    }

    private ViolationBuilder violation(String path, String value) {
        return targets.surroundings().violation(RuleName.PROXY_OVERRIDE, leaf, "." + Quoted.bare(path), value);
    }

    private String fix(String path) {
        return "remove " + Quoted.bare(path) + " from " + leaf.path() + ", or ask a mesh admin of "
                + targets.usergroup().name() + " to set it for the mesh";
    }

    /** As protocol buffers take either: {@code drain_duration} is {@code drainDuration}. */
    private static String camelCase(String key) {
        StringBuilder camel = new StringBuilder(key.length());
        boolean upper = false;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == '_') {
                upper = true;
            } else {
                camel.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return camel.toString();
    }
}
