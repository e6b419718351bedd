package dev.marchwarden.policy;

import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Node;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.reach.ReachReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares how far the same field takes effect before and after a change: whether conditions became fewer, audiences larger, or shares
 * bigger. The reach table says what each field beside it is (see {@link FieldRole}). Fields that take effect by themselves count only in
 * the same object as the field, for they are judged by themselves.
 *
 * <p>Made for one decision. What is compared is bounded; beyond that a field counts as grown.
 */
final class Growth {
    /** More comparisons of items than any object needs that people write. */
    private static final int MAX_COMPARISONS = 100_000;

    /** As many fields as an object may have, and some that are looked for at another place than before. */
    private static final int MAX_FIELDS = 2 * ReachReader.MAX_LEAVES;

    /** How the fields of two objects are compared. */
    private enum Mode {
        /** Of an object around that of the field: only what decides how far it takes effect. */
        AROUND,
        /** Of the object of the field: everything. */
        BESIDE,
        /** Of an item in a list of conditions: everything, and what is missing always holds. */
        CONDITION
    }

    private final FieldOrder order;
    private final Precedence precedence = new Precedence();
    private final Map<Pair, Boolean> compared = new HashMap<>();
    private int comparisons;
    private int fields;

    /** Two lists, by identity, for thousands of fields can be beside the same two. */
    private record Pair(@Nullable Node now, @Nullable Node before, Mode mode) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Pair that && now == that.now && before == that.before && mode == that.mode;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(now) + System.identityHashCode(before);
        }
    }

    /** @param isolated whether a missing exportTo is the own namespace, as in the mesh of a usergroup that isolates its namespaces */
    Growth(boolean isolated) {
        this.order = new FieldOrder(isolated);
    }

    /** Whether the field takes effect now only where it did before. */
    boolean isWithin(Leaf now, Leaf before) {
        if (now.reach() == Reach.REVISION || now.reach() == Reach.REVISION_OR_TAG) {
            return true; // it decides itself who reads the object
        }
        if (++fields > MAX_FIELDS) {
            return false;
        }
        Branch owner = now.owner();
        Node childNow = now;
        Node childBefore = before;
        Branch atNow = now.parent();
        Branch atBefore = before.parent();
        while (atNow != null && atBefore != null) {
            Mode mode = atNow == owner && !isMetadata(atNow) ? Mode.BESIDE : Mode.AROUND;
            boolean within = childNow.isElement()
                    ? WeightShare.isWithin(childNow, childBefore) && precedence.isWithin(childNow, childBefore)
                    : fields(atNow, atBefore, childNow.name(), mode);
            if (!within) {
                return false;
            }
            childNow = atNow;
            childBefore = atBefore;
            atNow = atNow.parent();
            atBefore = atBefore.parent();
        }
        return atNow == null && atBefore == null;
    }

    private static boolean isMetadata(Branch branch) {
        return isTop(branch) && branch.name().equals("metadata");
    }

    /** Whether this is metadata or spec. */
    private static boolean isTop(Branch branch) {
        Branch parent = branch.parent();
        return parent != null && parent.parent() == null;
    }

    /** @param but the field on the way to the one that is judged; empty for none */
    private boolean fields(@Nullable Branch now, @Nullable Branch before, String but, Mode mode) {
        for (Node child : children(now)) {
            if (!child.name().equals(but)
                    && concerns(child, but)
                    && !node(child, before == null ? null : before.child(child.name()), mode)) {
                return false;
            }
        }
        for (Node child : children(before)) {
            boolean gone = now == null || now.child(child.name()) == null;
            if (gone && !child.name().equals(but) && concerns(child, but) && !node(null, child, mode)) {
                return false;
            }
        }
        return true;
    }

    /** mirrorPercent and the like are of {@code mirror} alone, though they stand beside it. */
    private static boolean concerns(Node field, String but) {
        return but.isEmpty() || but.startsWith("mirror") || !field.name().startsWith("mirror");
    }

    private static List<Node> children(@Nullable Branch branch) {
        return branch == null ? List.of() : branch.children();
    }

    private boolean node(@Nullable Node now, @Nullable Node before, Mode mode) {
        Leaf leafNow = now instanceof Leaf leaf ? leaf : null;
        Leaf leafBefore = before instanceof Leaf leaf ? leaf : null;
        Branch branchNow = now instanceof Branch branch ? branch : null;
        Branch branchBefore = before instanceof Branch branch ? branch : null;
        if (branchNow == null && branchBefore == null) {
            return order.isWithin(leafNow, leafBefore, mode != Mode.AROUND, mode == Mode.CONDITION);
        }
        if (isList(branchNow) || isList(branchBefore)) {
            Pair pair = new Pair(now, before, mode);
            Boolean known = compared.get(pair);
            boolean within = known != null ? known : list(now, before, mode);
            compared.put(pair, within);
            return within;
        }
        Branch any = branchNow != null ? branchNow : branchBefore;
        if (isMap(branchNow) || isMap(branchBefore)) {
            return entries(branchNow, branchBefore, mode);
        }
        if (mode == Mode.AROUND && any != null && !isTop(any) && holds(any, FieldRole.EFFECT)) {
            return true;
        }
        boolean condition = any != null && (any.mayHold(Reach.NARROWS) && !any.mayHold(Reach.WIDENS));
        return (branchBefore == null && condition) || fields(branchNow, branchBefore, "", mode);
    }

    private static boolean isList(@Nullable Branch branch) {
        Node first = first(branch);
        return first != null && first.isItem();
    }

    private static boolean isMap(@Nullable Branch branch) {
        Node first = first(branch);
        return first != null && first.isElement() && !first.isItem();
    }

    private static @Nullable Node first(@Nullable Branch branch) {
        return branch == null ? null : branch.firstChild();
    }

    private static boolean holds(Branch branch, FieldRole role) {
        for (Reach reach : branch.mayHold()) {
            if (FieldRole.of(reach) == role) {
                return true;
            }
        }
        return false;
    }

    private boolean entries(@Nullable Branch now, @Nullable Branch before, Mode mode) {
        Map<String, Node> entriesNow = byName(now);
        Map<String, Node> entriesBefore = byName(before);
        for (Map.Entry<String, Node> entry : entriesNow.entrySet()) {
            if (!node(entry.getValue(), entriesBefore.get(entry.getKey()), mode)) {
                return false;
            }
        }
        for (Map.Entry<String, Node> entry : entriesBefore.entrySet()) {
            Node value = entry.getValue();
            boolean gone = !entriesNow.containsKey(entry.getKey());
            boolean condition = value instanceof Branch branch
                    && (mode == Mode.CONDITION || (branch.firstChild() == null && mode == Mode.BESIDE));
            if (gone && (condition || !node(null, value, mode))) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, Node> byName(@Nullable Branch branch) {
        Map<String, Node> byName = new HashMap<>();
        children(branch).forEach(child -> byName.put(child.name(), child));
        return byName;
    }

    private boolean list(@Nullable Node now, @Nullable Node before, Mode mode) {
        List<Node> itemsNow = items(now);
        List<Node> itemsBefore = items(before);
        Node any = itemsNow.isEmpty() ? itemsBefore.getFirst() : itemsNow.getFirst();
        if (any instanceof Leaf leaf && leaf.reach() == Reach.LABEL_SELECTOR) {
            return texts(itemsNow).equals(texts(itemsBefore)); // of In they are alternatives, of NotIn they are not
        }
        if (isConjunction(any)) {
            return itemsBefore.stream().allMatch(item -> hasOneWithin(item, itemsNow));
        }
        return switch (mode == Mode.CONDITION ? FieldRole.CONDITION : role(now, before, any)) {
            case CONDITION ->
                itemsBefore.isEmpty() || (!itemsNow.isEmpty() && areWithin(itemsNow, itemsBefore, Mode.CONDITION));
            case AUDIENCE -> areWithin(itemsNow, itemsBefore, Mode.BESIDE);
            case MODE ->
                mode == Mode.AROUND
                        ? safeOnesStay(itemsNow, itemsBefore)
                        : texts(itemsNow).equals(texts(itemsBefore));
            default -> mode == Mode.AROUND || effects(itemsNow).equals(effects(itemsBefore));
        };
    }

    /** A list that is missing and means something is a single value. */
    private static List<Node> items(@Nullable Node list) {
        return list instanceof Branch branch ? branch.children() : list == null ? List.of() : List.of(list);
    }

    private static boolean isConjunction(Node item) {
        return item instanceof Leaf leaf
                ? leaf.row().negated()
                : item instanceof Branch branch
                        && branch.children().stream()
                                .anyMatch(child -> child instanceof Leaf leaf && leaf.reach() == Reach.NARROWS_EACH);
    }

    private static FieldRole role(@Nullable Node now, @Nullable Node before, Node item) {
        Branch list = now instanceof Branch branch ? branch : before instanceof Branch branch ? branch : null;
        if (list == null || (item instanceof Leaf leaf && leaf.isUnset())) {
            return item instanceof Leaf leaf ? FieldRole.of(leaf.reach()) : FieldRole.ALONE;
        }
        if (holds(list, FieldRole.MODE)) {
            return FieldRole.MODE;
        }
        if (holds(list, FieldRole.EFFECT) || holds(list, FieldRole.WEIGHT)) {
            return FieldRole.EFFECT;
        }
        if (list.mayHold(Reach.WIDENS)) {
            return FieldRole.AUDIENCE;
        }
        return holds(list, FieldRole.CONDITION)
                ? FieldRole.CONDITION
                : holds(list, FieldRole.AUDIENCE) ? FieldRole.AUDIENCE : FieldRole.ALONE;
    }

    /** Whether each item now goes no further than one of those before. */
    private boolean areWithin(List<Node> now, List<Node> before, Mode mode) {
        Set<String> same = new HashSet<>(texts(before));
        return now.stream()
                .allMatch(item -> same.contains(text(item))
                        || before.stream().anyMatch(other -> counted() && node(item, other, mode)));
    }

    /** Whether a condition before is still there, or a narrower one. */
    private boolean hasOneWithin(Node before, List<Node> now) {
        return now.stream().anyMatch(item -> counted() && node(item, before, Mode.CONDITION));
    }

    private boolean counted() {
        return ++comparisons <= MAX_COMPARISONS;
    }

    private static boolean safeOnesStay(List<Node> now, List<Node> before) {
        List<String> texts = texts(now);
        return before.stream().filter(FieldOrder::isSafe).map(Growth::text).allMatch(texts::contains);
    }

    private static List<String> texts(List<Node> items) {
        return items.stream().map(Growth::text).toList();
    }

    /** Of items that have any. */
    private static List<String> effects(List<Node> items) {
        return items.stream().map(Growth::text).filter(text -> !text.isEmpty()).toList();
    }

    private static String text(Node item) {
        return switch (item) {
            case Leaf leaf -> leaf.value();
            case Branch branch -> branch.asText();
        };
    }
}
