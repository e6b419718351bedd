package dev.marchwarden.reach;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place in the objects of one kind: the rows that share the path to it, made ready for walking. */
final class TableStep {
    /** So that a walk can tell by the bits of one number which fields of an object it has seen. */
    private static final int MAX_FIELDS = Long.SIZE;

    private final Map<String, TableStep> fields = new HashMap<>();
    private final Map<String, TableStep> entries = new HashMap<>();
    private @Nullable TableStep items;
    private Set<String> itemNames = Set.of();
    private @Nullable TableStep otherEntries;
    private @Nullable ReachRow row;
    private final List<Unset> unset = new ArrayList<>(0);
    private final Set<Reach> below = EnumSet.noneOf(Reach.class);
    private boolean whole;
    private boolean reaches;
    private boolean ofAnyItem;
    private final long bit;

    /**
     * A field that means something where it is missing.
     *
     * @param step of the field
     * @param row of the field, or of the items of the list that it is
     */
    record Unset(String name, TableStep step, ReachRow row, String value) {}

    private TableStep(int ordinal) {
        if (ordinal >= MAX_FIELDS) {
            throw new IllegalArgumentException("more than " + MAX_FIELDS + " fields of one object");
        }
        bit = 1L << ordinal;
    }

    static TableStep root() {
        return new TableStep(0);
    }

    /** Adds a row below the root. */
    void add(ReachRow added) {
        boolean named = PathPattern.hasItemNames(added.path());
        TableStep step = this;
        TableStep parent = this;
        TableStep field = this;
        String name = "";
        for (String segment : PathPattern.segments(added.path())) {
            step.reaches |= added.reach() != Reach.INERT;
            step.ofAnyItem |= !named;
            step.below.add(added.reach());
            if (segment.equals(PathPattern.WHOLE)) {
                step.whole = true;
                continue;
            }
            TableStep next = step.next(segment);
            if (!PathPattern.isItem(segment)) {
                parent = step;
                name = segment;
                field = next;
            }
            step = next;
        }
        if (step.row != null || (step.whole && step.hasSteps())) {
            throw new IllegalArgumentException(added.path() + " has a row already");
        }
        step.reaches |= added.reach() != Reach.INERT;
        step.ofAnyItem |= !named;
        step.row = added;
        String value = added.unset();
        if (value != null) {
            parent.unset.add(new Unset(name, field, added, value));
        }
    }

    private TableStep next(String segment) {
        if (row != null) {
            throw new IllegalArgumentException(row.path() + " has a row already");
        }
        boolean item = PathPattern.isItem(segment);
        boolean entry = segment.startsWith("{");
        if (item ? !fields.isEmpty() || isMap() : entry ? !fields.isEmpty() || isList() : isMap() || isList()) {
            throw new IllegalArgumentException(segment + " stands where another row has something else");
        }
        if (item) {
            return nextItem(segment);
        }
        if (segment.equals(PathPattern.ENTRY)) {
            otherEntries = otherEntries == null ? root() : otherEntries;
            return otherEntries;
        }
        if (entry) {
            return entries.computeIfAbsent(lower(segment.substring(1, segment.length() - 1)), key -> root());
        }
        return fields.computeIfAbsent(segment, name -> new TableStep(fields.size()));
    }

    private TableStep nextItem(String segment) {
        Set<String> names = PathPattern.itemNames(segment);
        if (items == null) {
            items = root();
        }
        if (itemNames.isEmpty()) {
            itemNames = names;
        } else if (!names.isEmpty() && !itemNames.equals(names)) {
            throw new IllegalArgumentException(segment + " stands where another row has other items");
        }
        return items;
    }

    private boolean hasSteps() {
        return !fields.isEmpty() || isMap() || isList();
    }

    private static String lower(String key) {
        return key.toLowerCase(Locale.ROOT);
    }

    @Nullable
    TableStep field(String name) {
        return fields.get(name);
    }

    /** Null for an entry that no row is about. */
    @Nullable
    TableStep entry(String key) {
        TableStep known = entries.isEmpty() ? null : entries.get(lower(key));
        return known == null ? otherEntries : known;
    }

    /** The fields that mean something where they are missing. */
    List<Unset> unset() {
        return unset;
    }

    @Nullable
    TableStep items() {
        return items;
    }

    /** The names of the {@link #items} that some rows are about; empty where no row asks for names. */
    Set<String> itemNames() {
        return itemNames;
    }

    /** Whether there is a row here or below that holds whatever the items above it are called. */
    boolean isOfAnyItem() {
        return ofAnyItem;
    }

    @Nullable
    ReachRow row() {
        return row;
    }

    boolean isMap() {
        return otherEntries != null || !entries.isEmpty();
    }

    boolean isList() {
        return items != null;
    }

    /** Whether its row is about all that there is below, whatever it is. */
    boolean isWhole() {
        return whole;
    }

    /** What the rows below this reach, whatever an object has of them. */
    Set<Reach> below() {
        return below;
    }

    /** Whether this or anything below reaches. */
    boolean reaches() {
        return reaches;
    }

    /** Whether there is nothing to be found here, not even a field that no row is about. */
    boolean isDull() {
        if (reaches) {
            return false;
        }
        if (row != null) {
            return true;
        }
        return items != null ? items.isDull() : isMap() && (otherEntries == null || otherEntries.isDull());
    }

    /** Different from those of the other fields of the same object. */
    long bit() {
        return bit;
    }
}
