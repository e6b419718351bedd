package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Embedded;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Set;

/**
 * Variables of the environment that the agent in the proxy's container reads (pilot/cmd/pilot-agent/options, pkg/istio-agent,
 * pkg/security). What the author gives comes after what the injector gives and wins over it, so CA_ADDR, PROXY_CONFIG, XDS_ROOT_CA,
 * TRUST_DOMAIN and the like would turn the proxy over to somebody else, and ISTIO_META_* what it says that it is. Those of this list do
 * neither; what is not on it is not known to be harmless.
 */
final class ProxyVariables {
    static final String CA_ADDRESS = "CA_ADDR";
    static final String SETTINGS = "PROXY_CONFIG";

    private static final Set<String> HARMLESS = Set.of(
            "EXIT_ON_ZERO_ACTIVE_CONNECTIONS",
            "MINIMUM_DRAIN_DURATION",
            "TERMINATION_DRAIN_DURATION_SECONDS",
            "GOMAXPROCS",
            "GOMEMLIMIT",
            "GODEBUG",
            "DNS_FORWARD_PARALLEL",
            "DNS_FORWARD_TIMEOUT",
            "ECC_CURVE",
            "ECC_SIGNATURE_ALGORITHM",
            "WORKLOAD_RSA_KEY_SIZE",
            "PKCS8_KEY",
            "SECRET_GRACE_PERIOD_RATIO",
            "SECRET_GRACE_PERIOD_RATIO_JITTER",
            "SECRET_TTL",
            "ISTIO_DELTA_XDS",
            "ISTIO_META_DNS_AUTO_ALLOCATE",
            "ISTIO_META_DNS_CAPTURE",
            "ISTIO_META_HTTP10",
            "ISTIO_META_IDLE_TIMEOUT",
            "ISTIO_META_UNPRIVILEGED_POD",
            "WASM_HTTP_REQUEST_MAX_RETRIES",
            "WASM_HTTP_REQUEST_TIMEOUT",
            "WASM_MODULE_EXPIRY",
            "WASM_PURGE_INTERVAL");

    /** Of Datadog's tracer, which reads nothing else. */
    private static final String DATADOG = "DD_";

    private ProxyVariables() {}

    static boolean isHarmless(String name) {
        return HARMLESS.contains(name);
    }

    static Violation violation(Leaf leaf, String within, String name, String value, ObjectSurroundings surroundings) {
        return surroundings
                .violation(RuleName.PROXY_OVERRIDE, leaf, within, value)
                .expected("only variables that are known to be harmless (docs/rules.md)")
                .because("it could change the proxy's control plane, trusted roots or identity")
                .restingOn(name)
                .fix("remove the variable " + Quoted.bare(name));
    }

    /** The annotation by which Datadog's users set variables of the proxy. */
    static void judge(Leaf leaf, ObjectSurroundings surroundings, List<Violation> violations) {
        Embedded.Fields variables = Embedded.json(leaf.value());
        if (variables == null) {
            violations.add(surroundings
                    .violation(RuleName.PROXY_OVERRIDE, leaf)
                    .expected("a JSON object of names and values, each given once")
                    .because("it cannot be read, so its settings are unknown")
                    .fix("remove " + leaf.path() + ", or write it as JSON"));
            return;
        }
        variables.fields().forEach((name, value) -> {
            boolean known = isHarmless(name) || (name.startsWith(DATADOG) && !TemplateText.breaksOut(name));
            if (!known || TemplateText.breaksOut(text(value))) {
                violations.add(violation(leaf, "." + Quoted.bare(name), name, text(value), surroundings));
            }
        });
    }

    static String text(Embedded value) {
        return value instanceof Embedded.Text text ? text.value() : value.toString();
    }
}
