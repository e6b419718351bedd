package dev.marchwarden.reach;

import java.util.List;
import java.util.Set;

/** The rows of one kind. */
public final class KindTable {
    private final String group;
    private final String kind;
    private final Set<String> versions;
    private final boolean clusterScoped;
    private final boolean complete;
    private final boolean membersOnly;
    private final List<ReachRow> rows;
    private final TableStep root = TableStep.root();
    private final int depth;

    KindTable(
            String group,
            String kind,
            Set<String> versions,
            boolean clusterScoped,
            boolean complete,
            boolean membersOnly,
            List<ReachRow> rows) {
        this.group = group;
        this.kind = kind;
        this.versions = Set.copyOf(versions);
        this.clusterScoped = clusterScoped;
        this.complete = complete;
        this.membersOnly = membersOnly;
        this.rows = List.copyOf(rows);
        rows.forEach(root::add);
        this.depth = rows.stream()
                .mapToInt(row -> PathPattern.segments(row.path()).size())
                .max()
                .orElse(0);
    }

    public String group() {
        return group;
    }

    public String kind() {
        return kind;
    }

    /** The versions that are served with these fields. */
    public Set<String> versions() {
        return versions;
    }

    /** Whether its objects are in no namespace. */
    public boolean clusterScoped() {
        return clusterScoped;
    }

    /** Whether there is a row for each of its fields; otherwise those without one are none of our business. */
    public boolean complete() {
        return complete;
    }

    /** Whether its objects reach nothing where they are in a namespace of no usergroup. */
    public boolean membersOnly() {
        return membersOnly;
    }

    /** In the order of the table, inert ones too. */
    public List<ReachRow> rows() {
        return rows;
    }

    TableStep root() {
        return root;
    }

    /** How many steps the longest path has. */
    int depth() {
        return depth;
    }

    @Override
    public String toString() {
        return group.isEmpty() ? kind : group + " " + kind;
    }
}
