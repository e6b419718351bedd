package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that its author redirects or replaces: then it is no longer the usergroup's control plane that decides what it lets
 * in, whom it trusts and who it says it is.
 */
final class ProxyOverride implements ObjectRule {
    /**
     * Templates are the control plane's own, and their names choose among what its mesh admins put there. These two make a proxy that is
     * connected as any other, of which Istio's charts ask for the second; what is named beside them is laid over that (SPIRE's, for
     * example). Others alone may make none (grpc-simple), and what they are called says nothing.
     */
    private static final Set<String> TEMPLATES_WITH_PROXY = Set.of("sidecar", "gateway");

    @Override
    public RuleName name() {
        return RuleName.PROXY_OVERRIDE;
    }

    /** One value can break it at several places. */
    @Override
    public List<Violation> ofState(ObjectReach state, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (usergroup == null || state.kind().complete()) {
            return List.of();
        }
        AllowedTargets targets = new AllowedTargets(usergroup, surroundings);
        List<Violation> violations = new ArrayList<>();
        for (Leaf leaf : state.leaves()) {
            switch (leaf.reach()) {
                case PROXY_SETTINGS -> new ProxySettings(leaf, targets).judge(violations);
                case PROXY_VARIABLES -> ProxyVariables.judge(leaf, surroundings, violations);
                case PROXY_OVERLAY -> ProxyContainer.judgeOverlay(leaf, targets, violations);
                case PROXY_CONTAINER -> ProxyContainer.judge(leaf, targets, violations);
                default -> {
                    Violation violation = ofValue(leaf, surroundings);
                    if (violation != null) {
                        violations.add(violation);
                    }
                }
            }
        }
        return violations;
    }

    /** The injector labels a pod once, when it is made; istiod goes by the label that a pod has now. */
    @Override
    public List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        ObjectReach before = change.before();
        ObjectReach after = change.after();
        if (change.operation() != Operation.UPDATE
                || before == null
                || after == null
                || surroundings.boundary().usergroup() == null) {
            return List.of();
        }
        List<String> networks = networks(before);
        return after.leaves(Reach.POD_NETWORK).stream()
                .filter(leaf -> !networks.contains(leaf.value()))
                .filter(leaf -> Workload.of(leaf, surroundings).isInjected())
                .map(leaf -> violation(
                        leaf,
                        surroundings,
                        "what the injector set",
                        "clients would reach this pod through the gateway of another network"))
                .toList();
    }

    private static List<String> networks(ObjectReach pod) {
        return pod.leaves(Reach.POD_NETWORK).stream().map(Leaf::value).toList();
    }

    private @Nullable Violation ofValue(Leaf leaf, ObjectSurroundings surroundings) {
        String value = leaf.value();
        return switch (leaf.reach()) {
            case INJECTION_TEMPLATES ->
                Arrays.stream(value.split(",", -1)).map(String::strip).anyMatch(TEMPLATES_WITH_PROXY::contains)
                        ? null
                        : violation(
                                leaf,
                                surroundings,
                                "a list with sidecar or gateway, or nothing",
                                "what another template does to the pod is unknown");
            case PROXY_REBUILD ->
                violation(leaf, surroundings, "nothing", "the proxy would run something of the author");
            case INTERCEPTION_MODE ->
                value.strip().equals("NONE")
                        ? violation(
                                leaf, surroundings, "REDIRECT, TPROXY or nothing", "all traffic would bypass the proxy")
                        : null;
            case POD_TLS_MODE ->
                value.equals("istio")
                        ? null
                        : violation(
                                leaf, surroundings, "istio, or nothing", "clients would speak plain text to this pod");
            case POD_NETWORK ->
                isNetworkOfMesh(leaf, surroundings)
                        ? null
                        : violation(
                                leaf,
                                surroundings,
                                "nothing",
                                "clients would reach this pod through the gateway of another network");
            case POD_DATAPLANE ->
                value.equals("none")
                        ? null
                        : violation(
                                leaf,
                                surroundings,
                                "none, or no value",
                                "the pod's traffic would go through the node's ztunnel, whichever mesh that is");
            default -> null;
        };
    }

    /**
     * In a mesh of several networks the injector labels every pod with its network (pkg/kube/inject/webhook.go applyMetadata), and the
     * gateway between networks, which runs beside the control plane, has the label from its chart.
     */
    private static boolean isNetworkOfMesh(Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings.boundary().isSystem()
                || Workload.of(leaf, surroundings).isInjected();
    }

    private Violation violation(Leaf leaf, ObjectSurroundings surroundings, String expected, String because) {
        return surroundings
                .violation(name(), leaf)
                .expected(expected)
                .because(because)
                .fix("remove " + leaf.path());
    }
}
