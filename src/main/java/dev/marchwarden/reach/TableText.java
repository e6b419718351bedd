package dev.marchwarden.reach;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a table:
 *
 * <pre>{@code
 * group networking.istio.io
 *
 * kind VirtualService served v1 v1beta1
 *   spec.hosts[]   host-claim   # why
 * }</pre>
 *
 * The words after {@code served} are versions, {@code cluster-scoped}, {@code in-part} for a kind of which only some fields have a row, or
 * {@code members-only} for one that matters in namespaces of usergroups alone.
 * {@code unset VALUE} after a reach says what the field means where it is missing. {@code kind A|B} are two kinds with the same rows. A {@code !} before a reach makes it mean all but the value. Rows below {@code rows NAME}
 * are of no kind by themselves: {@code @NAME} in a kind stands for them, {@code @NAME below PATH} for them with that path in front.
 */
final class TableText {
    private static final String CLUSTER_SCOPED = "cluster-scoped";
    private static final String IN_PART = "in-part";
    private static final String MEMBERS_ONLY = "members-only";
    private static final String CORE = "core";
    private static final String BLOCK = "@";
    private static final String UNSET = "unset";

    private final String name;
    private final List<KindTable> kinds = new ArrayList<>();
    private String group = "";
    private String kind = "";
    private boolean inBlock;
    private Set<String> served = Set.of();
    private List<ReachRow> rows = new ArrayList<>();
    private final Map<String, List<ReachRow>> blocks = new HashMap<>();

    private TableText(String name) {
        this.name = name;
    }

    /** @param name for errors */
    static List<KindTable> read(String name, String text) {
        TableText table = new TableText(name);
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                table.line(line);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + ":" + number + ": " + e.getMessage(), e);
            }
        }
        table.endOfKind();
        return List.copyOf(table.kinds);
    }

    private void line(String line) {
        int comment = line.indexOf('#');
        String why = comment < 0 ? "" : line.substring(comment + 1).strip();
        String text = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (text.isEmpty()) {
            return;
        }
        List<String> words = List.of(text.split("\\s+"));
        if (line.startsWith("  ")) {
            if (words.get(0).startsWith(BLOCK)) {
                block(words);
            } else {
                row(words, why);
            }
        } else if (words.size() == 2 && words.get(0).equals("rows")) {
            endOfKind();
            rows = new ArrayList<>();
            inBlock = blocks.putIfAbsent(words.get(1), rows) == null;
        } else if (words.size() == 2 && words.get(0).equals("group")) {
            endOfKind();
            group = words.get(1).equals(CORE) ? "" : words.get(1);
        } else if (words.size() > 3
                && words.get(0).equals("kind")
                && words.get(2).equals("served")) {
            endOfKind();
            kind = words.get(1);
            served = new LinkedHashSet<>(words.subList(3, words.size()));
        } else {
            throw new IllegalArgumentException("expected \"group G\", \"kind K served V...\" or a row, indented");
        }
    }

    private void block(List<String> words) {
        List<ReachRow> block = blocks.get(words.get(0).substring(BLOCK.length()));
        boolean below = words.size() == 3 && words.get(1).equals("below");
        if (kind.isEmpty() || block == null || !(below || words.size() == 1)) {
            throw new IllegalArgumentException(
                    "expected \"@NAME\" or \"@NAME below PATH\" of rows above, below a kind");
        }
        for (ReachRow row : block) {
            String path = below ? words.get(2) + "." + row.path() : row.path();
            rows.add(new ReachRow(path, row.reach(), row.negated(), row.unset(), row.why()));
        }
    }

    private void row(List<String> words, String why) {
        boolean hasUnset = words.size() == 4 && words.get(2).equals(UNSET);
        if ((kind.isEmpty() && !inBlock) || !(words.size() == 2 || hasUnset)) {
            throw new IllegalArgumentException("expected a path and a reach, below a kind");
        }
        String unset = hasUnset ? words.get(3) : null;
        boolean negated = words.get(1).startsWith("!");
        String spelling = words.get(1).substring(negated ? 1 : 0);
        Reach reach =
                Reach.named(spelling).orElseThrow(() -> new IllegalArgumentException("no such reach: " + spelling));
        for (String path : PathPattern.expand(words.get(0))) {
            rows.add(new ReachRow(path, reach, negated, unset, why));
        }
    }

    private void endOfKind() {
        if (inBlock) {
            rows = new ArrayList<>();
            inBlock = false;
        }
        if (kind.isEmpty()) {
            return;
        }
        boolean clusterScoped = served.remove(CLUSTER_SCOPED);
        boolean complete = !served.remove(IN_PART);
        boolean membersOnly = served.remove(MEMBERS_ONLY);
        try {
            for (String one : kind.split("\\|", -1)) {
                kinds.add(new KindTable(group, one, served, clusterScoped, complete, membersOnly, rows));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": kind " + kind + ": " + e.getMessage(), e);
        }
        rows = new ArrayList<>();
        kind = "";
    }
}
