package dev.marchwarden.reach;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place in the objects of one kind: the rows that share the path to it, made ready for walking. */
final class Step {
    /** So that a walk can tell by the bits of one number which fields of an object it has seen. */
    private static final int MAX_FIELDS = Long.SIZE;

    private final Map<String, Step> fields = new HashMap<>();
    private final Map<String, Step> entries = new HashMap<>();
    private @Nullable Step items;
    private Set<String> itemNames = Set.of();
    private @Nullable Step otherEntries;
    private @Nullable ReachRow row;
    private @Nullable Step countsUnset;
    private String nameOfUnset = "";
    private boolean whole;
    private boolean reaches;
    private final long bit;

    private Step(int ordinal) {
        if (ordinal >= MAX_FIELDS) {
            throw new IllegalArgumentException("more than " + MAX_FIELDS + " fields of one object");
        }
        bit = 1L << ordinal;
    }

    static Step root() {
        return new Step(0);
    }

    /** Adds a row below the root. */
    void add(ReachRow added) {
        Step step = this;
        Step parent = this;
        String last = "";
        for (String segment : PathPattern.segments(added.path())) {
            step.reaches |= added.reach() != Reach.INERT;
            if (segment.equals(PathPattern.WHOLE)) {
                step.whole = true;
            } else {
                parent = step;
                last = segment;
                step = step.next(segment);
            }
        }
        if (step.row != null || (step.whole && step.hasSteps())) {
            throw new IllegalArgumentException(added.path() + " has a row already");
        }
        step.reaches |= added.reach() != Reach.INERT;
        step.row = added;
        if (added.reach().unset() != null) {
            parent.countsUnset = step;
            parent.nameOfUnset = last;
        }
    }

    private Step next(String segment) {
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
        return fields.computeIfAbsent(segment, name -> new Step(fields.size()));
    }

    private Step nextItem(String segment) {
        Set<String> names = PathPattern.itemNames(segment);
        if (items == null) {
            items = root();
            itemNames = names;
        } else if (!itemNames.equals(names)) {
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
    Step field(String name) {
        return fields.get(name);
    }

    /** Null for an entry that no row is about. */
    @Nullable
    Step entry(String key) {
        Step known = entries.isEmpty() ? null : entries.get(lower(key));
        return known == null ? otherEntries : known;
    }

    /** The field that means something where it is missing; null where none does. There is one at most. */
    @Nullable
    Step countsUnset() {
        return countsUnset;
    }

    String nameOfUnset() {
        return nameOfUnset;
    }

    @Nullable
    Step items() {
        return items;
    }

    /** The names of the {@link #items} that the rows are about; empty where they are about all. */
    Set<String> itemNames() {
        return itemNames;
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
