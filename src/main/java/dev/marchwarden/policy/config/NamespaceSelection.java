package dev.marchwarden.policy.config;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Node;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A selector of namespaces by their labels, and whether only namespaces of this side can match it. */
final class NamespaceSelection {
    /** On every namespace, and no one's to choose. */
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";

    private NamespaceSelection() {}

    /**
     * One requirement that only this side can fulfil is enough, for all of them must be.
     *
     * @param owner what has the field {@code selector}
     */
    static boolean isWithin(Branch owner, ObjectSurroundings surroundings) {
        Branch selector = owner.branch("selector");
        if (selector == null) {
            return false;
        }
        Branch labels = selector.branch("matchLabels");
        if (labels != null) {
            for (Node label : labels.children()) {
                if (label instanceof Leaf leaf && confines(leaf.name(), List.of(leaf.value()), surroundings)) {
                    return true;
                }
            }
        }
        Branch expressions = selector.branch("matchExpressions");
        if (expressions != null) {
            for (Node expression : expressions.children()) {
                if (expression instanceof Branch branch
                        && "In".equals(branch.text("operator"))
                        && confines(branch.text("key"), values(branch), surroundings)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<String> values(Branch expression) {
        Branch values = expression.branch("values");
        List<String> texts = new ArrayList<>();
        if (values != null) {
            values.leaves().forEach(leaf -> texts.add(leaf.value()));
        }
        return texts;
    }

    /** Whether a label with one of these values is only on namespaces of this side. */
    private static boolean confines(@Nullable String key, List<String> values, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        if (key == null || values.isEmpty() || boundary.usergroup() == null) {
            return false;
        }
        if (key.equals(NAME_LABEL)) {
            return values.stream().allMatch(boundary::holds);
        }
        if (boundary.isolated()) {
            return false;
        }
        Usergroup usergroup = boundary.usergroup();
        // Only members may have such a revision or tag: the rules about namespaces see to that.
        return key.equals(MeshLabels.REVISION)
                ? values.stream()
                        .allMatch(
                                value -> usergroup.equals(surroundings.tenancy().servedBy(value)))
                : key.equals(surroundings.tenancy().usergroupLabel())
                        && Set.copyOf(values).equals(Set.of(usergroup.name()));
    }

    /** The labels that would do. */
    static String example(ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        return boundary.usergroup() == null || boundary.isolated()
                ? NAME_LABEL + ": " + boundary.namespace()
                : surroundings.tenancy().usergroupLabel() + ": "
                        + boundary.usergroup().name();
    }
}
