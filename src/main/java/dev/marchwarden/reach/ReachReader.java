package dev.marchwarden.reach;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Walks over one object as it streams by, along the rows of its kind, and keeps what reaches. What does not is skipped; what no row is
 * about is noted. Takes time in proportion to the object's size, and memory in proportion to what reaches, within {@link #MAX_LEAVES}.
 *
 * <p>A value of another type than its field has is a problem where anything below it could reach, and skipped where nothing could: an
 * API server lets through neither, so it is a manifest that no cluster would take, or one that is read in two ways. The same goes for
 * fields and entries that are given twice. Null is as good as absent.
 */
public final class ReachReader {
    /** More than any object that people write has; an object of 3 MiB, the most that etcd takes, can have ten times as many. */
    public static final int MAX_LEAVES = 40_000;

    public static final int MAX_UNCLASSIFIED = 20;

    /** What says nothing of where an object reaches; no table has a row for them. */
    private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata", "status");

    private static final String METADATA = "metadata";
    private static final String ITEM_NAME = "name";

    /** The longest key of a label or annotation: a DNS name of 253 characters, a slash and a name of 63. */
    private static final int MAX_NAME = 317;

    private final KindTable kind;
    private final Branch root;
    private final WalkPosition walk;
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<String> unclassified = new ArrayList<>(0);
    private @Nullable String problem;
    private boolean full;
    /** The names of items that are asked for, while it is not known whether the item at hand is one of them; else null. */
    private @Nullable Set<String> wanted;

    private int wantedDepth;
    /** Whether the item at hand has none of the names: then only rows of any item count. */
    private boolean otherItem;
    /** What is wrong with the item at hand if it is one that is asked for. */
    private @Nullable String problemIfWanted;

    public ReachReader(KindTable kind) {
        this.kind = kind;
        this.root = new Branch(null, "", Node.FIELD, kind.root().below());
        this.walk = new WalkPosition(root, kind.depth());
    }

    /** Reads a field of the object, {@code metadata} or {@code spec}, whose value is at hand; any other is one that no row is about. */
    public void field(String name, JsonParser parser) throws IOException {
        TableStep step = kind.root().field(name);
        if (step == null) {
            if (!OF_EVERY_OBJECT.contains(name)) {
                unclassified(name);
            }
            parser.skipChildren();
        } else {
            value(step, name, Node.FIELD, parser);
        }
    }

    /** Whether {@link #metadata} would keep this label or annotation. */
    public boolean reads(String map, String key) {
        TableStep entry = entry(map, key);
        return entry != null && entry.row() != null && entry.reaches();
    }

    private @Nullable TableStep entry(String map, String key) {
        TableStep step = kind.root().field(METADATA);
        TableStep entries = step == null ? null : step.field(map);
        return entries == null ? null : entries.entry(key);
    }

    /**
     * Takes a label or annotation from somebody who reads {@code metadata} themselves, instead of {@link #field}.
     *
     * @param value null where it is too long to be read
     */
    public void metadata(String map, String key, @Nullable String value) {
        TableStep entry = entry(map, key);
        if (entry == null || entry.row() == null || !entry.reaches()) {
            return;
        }
        if (value == null) {
            note(tooLong("metadata." + map + "[" + key + "]", entry.row().reach()));
            return;
        }
        Branch parent = branch(branch(root, METADATA), map);
        leaves.add(parent.add(new Leaf(parent, key, Node.ENTRY, entry.row(), value)));
    }

    private static Branch branch(Branch parent, String name) {
        Branch known = parent.branch(name);
        return known == null ? parent.add(new Branch(parent, name, Node.FIELD, Set.of())) : known;
    }

    public ObjectReach result() {
        return new ObjectReach(kind, root, leaves, unclassified, problem);
    }

    private void value(TableStep step, String name, int position, JsonParser parser) throws IOException {
        if (full || step.isDull() || (otherItem && !step.isOfAnyItem())) {
            parser.skipChildren();
            return;
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        walk.enter(name, position, step);
        ReachRow row = step.row();
        if (row != null) {
            leaf(step, row, parser);
        } else if (step.isList() && token == JsonToken.START_ARRAY) {
            items(step, parser);
        } else if (step.isMap() && token == JsonToken.START_OBJECT) {
            entries(step, parser);
        } else if (!step.isList() && !step.isMap() && token == JsonToken.START_OBJECT) {
            fields(step, parser);
            if (position != Node.FIELD && kind.complete()) {
                walk.here(); // {} in a list of conditions is one that always holds
            }
        } else {
            if (step.reaches()) {
                problem("is not " + (step.isList() ? "a list" : "an object"));
            }
            parser.skipChildren();
        }
        walk.leave();
    }

    private void leaf(TableStep step, ReachRow row, JsonParser parser) throws IOException {
        if (step.isWhole()) {
            add(row, SubtreeDigest.of(parser));
        } else if (!parser.currentToken().isScalarValue()) {
            problem(row, Quoted.bare(walk.path()) + " is not a single value");
            parser.skipChildren();
        } else if (parser.getTextLength() <= row.reach().maxLength()) {
            add(row, parser.getText());
        } else if (row.reach().mayBeLong()) {
            add(row, SubtreeDigest.of(parser));
        } else {
            problem(row, tooLong(walk.path(), row.reach()));
        }
    }

    /** What is wrong with a field, unless that is of interest in items that are asked for only, and this may be another. */
    private void problem(ReachRow row, String what) {
        if (wanted != null && PathPattern.hasItemNames(row.path())) {
            problemIfWanted = problemIfWanted == null ? what : problemIfWanted;
        } else {
            note(what);
        }
    }

    private static String tooLong(String path, Reach reach) {
        return Quoted.bare(path) + " is longer than " + reach.maxLength() + " characters";
    }

    private void add(ReachRow row, String value) {
        if (leaves.size() < MAX_LEAVES) {
            leaves.add(walk.leaf(row, value));
        } else {
            full = true;
            problem("is one more than the " + MAX_LEAVES + " fields of an object that can be judged");
        }
    }

    private void items(TableStep step, JsonParser parser) throws IOException {
        TableStep items = step.items();
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (items == null) {
                parser.skipChildren();
            } else if (step.itemNames().isEmpty()) {
                value(items, "", i, parser);
            } else {
                namedItem(items, step.itemNames(), i, parser);
            }
        }
    }

    /** An item that other rows are about if it has one of these names, which usually come first. */
    private void namedItem(TableStep item, Set<String> names, int position, JsonParser parser) throws IOException {
        Branch list = walk.known();
        Node lastBefore = list == null ? null : list.last();
        int leavesBefore = leaves.size();
        wanted = parser.currentToken() == JsonToken.START_OBJECT ? names : null;
        wantedDepth = walk.depth() + 1;
        value(item, "", position, parser);
        boolean unwanted = wanted != null || otherItem;
        wanted = null;
        otherItem = false;
        problemIfWanted = null;
        if (unwanted && !full) {
            Predicate<Leaf> unread = leaf -> PathPattern.hasItemNames(leaf.row().path());
            leaves.subList(leavesBefore, leaves.size()).removeIf(unread);
            Branch found = walk.known();
            if (found != null && found.last() != lastBefore && found.last() instanceof Branch read) {
                if (read.removeIf(unread)) {
                    found.cutAfter(lastBefore);
                }
            }
        }
    }

    /** Whether an item is known by its name to be none of those that are asked for. */
    private boolean isUnwanted(String field, JsonParser parser) throws IOException {
        if (wanted == null || walk.depth() != wantedDepth || !field.equals(ITEM_NAME)) {
            return false;
        }
        if (!wanted.contains(parser.getText())) {
            return true;
        }
        wanted = null;
        if (problemIfWanted != null) {
            note(problemIfWanted);
        }
        return false;
    }

    /** The other fields of an item that is not wanted, none of which may be another name. */
    private void skipFields(JsonParser parser) throws IOException {
        String name;
        while ((name = parser.nextFieldName()) != null) {
            if (name.equals(ITEM_NAME)) {
                problem(name, Node.FIELD, "is given twice");
                wanted = null;
            }
            parser.nextToken();
            parser.skipChildren();
        }
    }

    private void fields(TableStep step, JsonParser parser) throws IOException {
        long seen = 0;
        long set = 0;
        String name;
        while ((name = parser.nextFieldName()) != null) {
            parser.nextToken();
            TableStep field = step.field(name);
            if (isUnwanted(name, parser)) {
                if (!step.isOfAnyItem()) {
                    skipFields(parser);
                    return;
                }
                wanted = null;
                otherItem = true;
            }
            if (field == null) {
                unclassified(name);
                parser.skipChildren();
                continue;
            }
            if ((seen & field.bit()) != 0 && field.reaches()) {
                problem(name, Node.FIELD, "is given twice");
            }
            seen |= field.bit();
            int leavesBefore = leaves.size();
            value(field, name, Node.FIELD, parser);
            set |= leaves.size() > leavesBefore ? field.bit() : 0;
        }
        List<TableStep.Unset> missing = step.unset();
        for (int i = 0;
                i < missing.size();
                i++) { // nearly always none: an iterator would be one for each object in the object
            TableStep.Unset unset = missing.get(i);
            if ((set & unset.step().bit()) == 0 && !full) {
                walk.enter(unset.name(), Node.FIELD, unset.step());
                leaves.add(walk.unset(unset.row(), unset.value()));
                walk.leave();
            }
        }
    }

    private void entries(TableStep step, JsonParser parser) throws IOException {
        @Nullable Set<String> seen = step.reaches() ? new HashSet<>() : null;
        String key;
        while ((key = parser.nextFieldName()) != null) {
            parser.nextToken();
            TableStep entry = step.entry(key);
            if (entry == null || entry.isDull()) {
                parser.skipChildren();
            } else if (key.length() > MAX_NAME) {
                problem("has a key of more than " + MAX_NAME + " characters");
                parser.skipChildren();
            } else {
                if (seen != null && !seen.add(key) && entry.reaches()) {
                    problem(key, Node.ENTRY, "is given twice");
                }
                value(entry, key, Node.ENTRY, parser);
            }
        }
    }

    /** What metadata has besides is Kubernetes' own. */
    private void unclassified(String name) {
        if (kind.complete() && unclassified.size() < MAX_UNCLASSIFIED && !walk.isIn(METADATA)) {
            unclassified.add(walk.path(name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name, Node.FIELD));
        }
    }

    /** About the place at hand. */
    private void problem(String what) {
        note(walk.path(), what);
    }

    /** About a child of it. */
    private void problem(String name, int position, String what) {
        note(walk.path(name, position), what);
    }

    private void note(String path, String what) {
        note(Quoted.bare(path) + " " + what);
    }

    private void note(String what) {
        if (problem == null) {
            problem = what;
        }
    }
}
