package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An annotation that the injector copies into its YAML without escaping it, with a value that ends the string it is copied into. */
final class TemplateText implements ObjectRule {
    /** Its value is JSON and has double quotes; the template puts it between single ones. */
    private static final String NETWORKS = "k8s.v1.cni.cncf.io/networks";

    @Override
    public RuleName name() {
        return RuleName.PROXY_OVERRIDE;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.TEMPLATE_TEXT);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        boolean breaksOut = leaf.name().equals(NETWORKS) ? leaf.value().indexOf('\'') >= 0 : breaksOut(leaf.value());
        if (!breaksOut || surroundings.boundary().usergroup() == null) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected("no quotes, backslashes and line breaks")
                .because("the injector copies this into its template, and the rest would become part of the pod")
                .fix("remove " + leaf.path());
    }

    /** Whether a text between double quotes, or on a line of its own, ends before its end. */
    static boolean breaksOut(String text) {
        return text.chars().anyMatch(c -> c == '"' || c == '\\' || c == 0x85 || c == 0x2028 || c == 0x2029 || c < 0x20);
    }
}
