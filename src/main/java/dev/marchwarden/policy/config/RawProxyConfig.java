package dev.marchwarden.policy.config;

import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.policy.ViolationBuilder;
import dev.marchwarden.policy.workload.HarmlessSettings;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Configuration that can make proxies do whatever Envoy can, by somebody who is no mesh admin. No rule can tell what it would do:
 * it may take authorization and mutual TLS out of a proxy as easily as add a header. It is judged as one, for a part that is left out
 * can open as much as one that is added.
 */
final class RawProxyConfig implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.RAW_PROXY_CONFIG;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.HEADER_FORMAT, Reach.HEADER);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        if (HeaderFormat.readsRequestOnly(leaf.value()) || surroundings.mayAdminister()) {
            return null;
        }
        Usergroup usergroup = surroundings.boundary().usergroup();
        ViolationBuilder violation = surroundings
                .violation(name(), leaf)
                .expected("text, or commands that read the request such as %REQ(X-REQUEST-ID)%")
                .because("Envoy would write the proxy's environment or files into a header");
        if (usergroup != null) {
            violation.unless(Requirement.administer(usergroup));
        }
        return violation.fix("remove the command from " + leaf.path());
    }

    @Override
    public List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        boolean may = surroundings.mayAdminister();
        ObjectReach after = change.after();
        if (change.operation() == Operation.DELETE || after == null || may) {
            return List.of();
        }
        Predicate<Leaf> isCode = leaf -> isCode(leaf, usergroup, surroundings);
        Map<String, List<String>> before = code(change.before(), isCode);
        Map<String, List<String>> now = code(after, isCode);
        if (now.equals(before)) {
            return List.of();
        }
        return List.of(violation(firstChanged(after, before, isCode), change, usergroup, surroundings));
    }

    /** Settings that everybody may have on a pod are no code on a Gateway that pods are made of. */
    private static boolean isCode(Leaf leaf, @Nullable Usergroup usergroup, ObjectSurroundings surroundings) {
        return !leaf.name().equals(IstioAnnotations.PROXY_CONFIG)
                || usergroup == null
                || !HarmlessSettings.is(leaf, usergroup, surroundings);
    }

    /** By place. A path is shortened for people, so that the name beside it is part of the key. */
    private static Map<String, List<String>> code(@Nullable ObjectReach object, Predicate<Leaf> isCode) {
        Map<String, List<String>> code = new HashMap<>();
        if (object != null) {
            object.leaves(Reach.PROXY_CODE).stream()
                    .filter(isCode)
                    .forEach(leaf -> code.computeIfAbsent(key(leaf), key -> new ArrayList<>(1))
                            .add(leaf.value()));
        }
        return code;
    }

    private static String key(Leaf leaf) {
        return leaf.path() + '\n' + leaf.name();
    }

    /** Null where something was only taken away. */
    private static @Nullable Leaf firstChanged(
            ObjectReach after, Map<String, List<String>> before, Predicate<Leaf> isCode) {
        return after.leaves(Reach.PROXY_CODE).stream()
                .filter(isCode)
                .filter(leaf -> !before.getOrDefault(key(leaf), List.of()).contains(leaf.value()))
                .findFirst()
                .orElse(null);
    }

    private Violation violation(
            @Nullable Leaf changed,
            ObjectChange change,
            @Nullable Usergroup usergroup,
            ObjectSurroundings surroundings) {
        ViolationBuilder violation = violation(changed, surroundings);
        violation.because(Quoted.of(change.user().name()) + " may not configure the proxies of the mesh");
        if (usergroup == null) {
            return violation
                    .expected("no proxy configuration in a namespace of no usergroup, unless by a cluster admin")
                    .fix("let the namespace join a usergroup first, then have a mesh admin of it write this");
        }
        return violation
                .expected("a change by a mesh admin of usergroup " + usergroup.name())
                .unless(Requirement.administer(usergroup))
                .fix("ask a mesh admin of " + usergroup.name() + " to write this, or use the API of Istio that is made"
                        + " for it");
    }

    private ViolationBuilder violation(@Nullable Leaf changed, ObjectSurroundings surroundings) {
        if (changed == null) {
            return surroundings
                    .violation(name(), "spec", "without a part that it had")
                    .described();
        }
        return changed.isDigest()
                ? surroundings
                        .violation(name(), changed.path(), "new or changed")
                        .described()
                : surroundings.violation(name(), changed);
    }
}
