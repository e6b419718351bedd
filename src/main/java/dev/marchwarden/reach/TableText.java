package dev.marchwarden.reach;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
 * The words after {@code served} are versions, or {@code cluster-scoped}. A {@code !} before a reach makes it mean all but the value.
 */
final class TableText {
    private static final String CLUSTER_SCOPED = "cluster-scoped";

    private final String name;
    private final List<KindTable> kinds = new ArrayList<>();
    private String group = "";
    private String kind = "";
    private Set<String> served = Set.of();
    private List<ReachRow> rows = new ArrayList<>();

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
            row(words, why);
        } else if (words.size() == 2 && words.get(0).equals("group")) {
            group = words.get(1);
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

    private void row(List<String> words, String why) {
        if (kind.isEmpty() || words.size() != 2) {
            throw new IllegalArgumentException("expected a path and a reach, below a kind");
        }
        boolean negated = words.get(1).startsWith("!");
        String spelling = words.get(1).substring(negated ? 1 : 0);
        Reach reach =
                Reach.named(spelling).orElseThrow(() -> new IllegalArgumentException("no such reach: " + spelling));
        for (String path : PathPattern.expand(words.get(0))) {
            rows.add(new ReachRow(path, reach, negated, why));
        }
    }

    private void endOfKind() {
        if (kind.isEmpty()) {
            return;
        }
        boolean clusterScoped = served.remove(CLUSTER_SCOPED);
        try {
            kinds.add(new KindTable(group, kind, served, clusterScoped, rows));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": kind " + kind + ": " + e.getMessage(), e);
        }
        rows = new ArrayList<>();
        kind = "";
    }
}
