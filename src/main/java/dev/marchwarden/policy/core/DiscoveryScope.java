package dev.marchwarden.policy.core;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Embedded;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mesh settings by which a control plane would read other namespaces than its usergroup's. Nobody may write these: who may speak for one
 * usergroup may not speak for another.
 */
final class DiscoveryScope implements ObjectRule {
    private static final String SETTINGS = "istio";

    @Override
    public RuleName name() {
        return RuleName.MESH_WIDE_CONFIG;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.MESH_CONFIG);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        String name = surroundings.change().name();
        boolean settings = name.equals(SETTINGS) || name.startsWith(SETTINGS + "-");
        if (usergroup == null || !surroundings.boundary().isSystem() || !settings) {
            return null;
        }
        String label = surroundings.tenancy().usergroupLabel();
        if (selectsOnly(Embedded.yaml(leaf.value()), label, usergroup.name())) {
            return null;
        }
        return surroundings
                .violation(name(), leaf, ".discoverySelectors", "not limited to the usergroup")
                .described()
                .expected("selectors each with matchLabels {" + label + ": " + usergroup.name() + "}")
                .because("the control plane would read namespaces of other usergroups")
                .fix("set discoverySelectors: [{matchLabels: {" + label + ": " + usergroup.name()
                        + "}}], as bootstrap does");
    }

    /** Each selector adds namespaces; without any all are read (pkg/kube/namespace/filter.go). */
    private static boolean selectsOnly(Embedded.@Nullable Fields settings, String label, String usergroup) {
        return settings != null
                && settings.fields().get("discoverySelectors") instanceof Embedded.Items selectors
                && !selectors.items().isEmpty()
                && selectors.items().stream()
                        .allMatch(selector -> selector instanceof Embedded.Fields fields
                                && (byLabel(fields, label, usergroup) || byExpression(fields, label, usergroup)));
    }

    private static boolean byLabel(Embedded.Fields selector, String label, String usergroup) {
        return selector.fields().get("matchLabels") instanceof Embedded.Fields labels
                && usergroup.equals(labels.text(label));
    }

    private static boolean byExpression(Embedded.Fields selector, String label, String usergroup) {
        return selector.fields().get("matchExpressions") instanceof Embedded.Items expressions
                && expressions.items().stream()
                        .anyMatch(each -> each instanceof Embedded.Fields expression
                                && label.equals(expression.text("key"))
                                && "In".equals(expression.text("operator"))
                                && expression.fields().get("values") instanceof Embedded.Items values
                                && values.items().size() == 1
                                && values.items().getFirst() instanceof Embedded.Text value
                                && value.value().equals(usergroup));
    }
}
