package dev.marchwarden.policy.workload;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pod without a proxy, or with one that part of its traffic bypasses, in a namespace whose pods have one. It harms its own usergroup
 * more than others, whose proxies ask for mutual TLS: hence a warning, unless the tenancy says otherwise.
 */
final class InjectionOptOut implements ObjectRule {
    private static final String ALL = "*";

    private static final String PROXY_ID = Long.toString(IstioNames.PROXY_ID);

    private static final Set<String> CAPABILITIES =
            Set.of("ALL", "BPF", "NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_MODULE");

    @Override
    public RuleName name() {
        return RuleName.INJECTION_OPT_OUT;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(
                Reach.INJECTION,
                Reach.HOST_NETWORK,
                Reach.CAPTURED,
                Reach.UNCAPTURED,
                Reach.PROCESS_ID,
                Reach.PRIVILEGE);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        if (!optsOut(leaf, surroundings) || !isWhereProxiesAre(surroundings)) {
            return null;
        }
        boolean whole = leaf.reach() == Reach.INJECTION || leaf.reach() == Reach.HOST_NETWORK;
        return surroundings
                .violation(name(), leaf)
                .expected(expected(leaf.reach()))
                .because(
                        leaf.reach() == Reach.PRIVILEGE
                                ? "this container can change the rules that send the pod's traffic through the proxy"
                                : whole
                                        ? "the pod would have no proxy: no mutual TLS, and no policy of the mesh applies to it"
                                        : "this traffic would bypass the proxy: no mutual TLS, and no policy of the mesh applies to it")
                .fix("remove " + leaf.path());
    }

    private static String expected(Reach reach) {
        return switch (reach) {
            case INJECTION -> "\"true\", or nothing";
            case CAPTURED -> "\"*\", or nothing";
            case PROCESS_ID -> "another number: 1337 is the proxy's, whose traffic is not captured";
            default -> "nothing";
        };
    }

    /** A control plane has no proxy, and needs none. */
    private static boolean isWhereProxiesAre(ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        NamespaceState namespace = surroundings.namespaces().find(boundary.namespace());
        return boundary.usergroup() != null
                && !boundary.isSystem()
                && namespace != null
                && namespace.label(MeshLabels.REVISION) != null;
    }

    /** Nobody but the proxy is there. 0: none. */
    private static boolean isUnused(String port) {
        return port.isEmpty() || port.equals("0") || IstioNames.AGENT_PORTS.contains(port);
    }

    private static boolean optsOut(Leaf leaf, ObjectSurroundings surroundings) {
        String value = leaf.value();
        return switch (leaf.reach()) {
            case INJECTION -> value.equals("false") && counts(leaf, surroundings);
            case HOST_NETWORK -> value.equals("true");
            case CAPTURED -> !value.strip().equals(ALL);
            case UNCAPTURED ->
                !Arrays.stream(value.split(",", -1)).map(String::strip).allMatch(InjectionOptOut::isUnused);
            case PROCESS_ID -> value.equals(PROXY_ID) && !isProxy(leaf);
            case PRIVILEGE -> (value.equals("true") || CAPABILITIES.contains(capability(value))) && !isProxy(leaf);
            default -> throw new IllegalArgumentException(leaf.reach() + " is no opting out");
        };
    }

    private static String capability(String value) {
        String name = value.toUpperCase(Locale.ROOT);
        return name.startsWith("CAP_") ? name.substring("CAP_".length()) : name;
    }

    /** The proxy and what prepares its pod run so, made by the injector or not: a container of that name is judged by another rule. */
    private static boolean isProxy(Leaf leaf) {
        return ProxyContainer.isInjectors(ProxyContainer.nameOf(leaf));
    }

    /** The label is above the annotation; and what istiod deploys for Gateways is a proxy already. */
    private static boolean counts(Leaf leaf, ObjectSurroundings surroundings) {
        Workload workload = Workload.of(leaf, surroundings);
        boolean annotation = Objects.requireNonNull(leaf.parent()).name().equals("annotations");
        return !workload.isDeployedForGateway(surroundings) && !(annotation && workload.label(Workload.INJECT) != null);
    }
}
