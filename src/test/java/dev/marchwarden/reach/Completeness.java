package dev.marchwarden.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds tables to an inventory: every leaf has exactly one row, and every row a leaf. */
final class Completeness {
    private static final String WHOLE = ".**";

    private final ReachTable table;
    private final List<String> faults = new ArrayList<>();

    private Completeness(ReachTable table) {
        this.table = table;
    }

    /** What is amiss, each by kind and path. */
    static List<String> faults(Inventory inventory, ReachTable table) {
        Completeness check = new Completeness(table);
        inventory.kinds().values().forEach(check::kind);
        for (KindTable kind : table.kinds()) {
            if (kind.complete() && !inventory.kinds().containsKey(kind.toString())) {
                check.faults.add(kind + ": a kind that the inventory does not have");
            }
        }
        return check.faults;
    }

    private void kind(Inventory.Kind kind) {
        KindTable known = table.find(kind.group(), kind.name());
        if (known == null) {
            faults.add(kind.title() + ": no table");
            return;
        }
        if (!known.versions().equals(kind.versions())) {
            faults.add(kind.title() + ": served " + kind.versions() + ", the table has " + known.versions());
        }
        if (known.clusterScoped() != kind.clusterScoped()) {
            faults.add(kind.title() + ": cluster-scoped or not");
        }
        Set<String> paths = known.rows().stream()
                .map(ReachRow::path)
                .filter(path -> anyKey(path).equals(path))
                .collect(Collectors.toSet());
        List<String> wholes =
                paths.stream().filter(path -> path.endsWith(WHOLE)).toList();
        for (String leaf : kind.leaves().keySet()) {
            long matching = (paths.contains(leaf) ? 1 : 0)
                    + wholes.stream().filter(whole -> isWithin(whole, leaf)).count();
            if (matching != 1) {
                faults.add(kind.title() + " " + leaf + ": " + (matching == 0 ? "no row" : matching + " rows"));
            }
        }
        for (ReachRow row : known.rows()) {
            if (!isOutside(row) && !hasLeaf(row.path(), kind.leaves().keySet())) {
                faults.add(kind.title() + " " + row.path() + ": a row without a leaf");
            }
        }
    }

    /** CRDs leave metadata to Kubernetes, and an inventory is of spec. */
    private static boolean isOutside(ReachRow row) {
        return row.path().startsWith("metadata.") || row.path().startsWith("status.");
    }

    /** The row of one key is an exception from that of the whole map, which must be there too. */
    private static String anyKey(String path) {
        return path.contains("{") ? path.replaceAll("\\{[^}]+}", "{}") : path;
    }

    private static boolean hasLeaf(String path, Set<String> leaves) {
        return path.endsWith(WHOLE)
                ? leaves.stream().anyMatch(leaf -> isWithin(path, leaf))
                : leaves.contains(anyKey(path));
    }

    private static boolean isWithin(String whole, String leaf) {
        String top = whole.substring(0, whole.length() - WHOLE.length());
        return leaf.equals(top) || (leaf.startsWith(top) && ".[{".indexOf(leaf.charAt(top.length())) >= 0);
    }
}
