package dev.marchwarden.policy;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.Requirement.Verb;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.InvalidTenancyException;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables of {@code test-fixtures/policy}, whose README explains their columns. */
public final class NamespaceTable {
    public static final Path ROOT = Path.of("test-fixtures/policy");

    private static final String EXEMPT = "namespace-controller";

    private NamespaceTable() {}

    /** One line: a change, where it happens, and what is expected of it. */
    public record Row(
            String place,
            Policy policy,
            Cluster cluster,
            NamespaceChange change,
            Set<Requirement> granted,
            String expected,
            String why) {
        String decision() {
            return decision(change);
        }

        String decision(NamespaceChange instead) {
            return shown(policy.judge(instead, cluster).decide(granted));
        }

        NamespaceChange on(String subresource) {
            return new NamespaceChange(
                    change.operation(), change.name(), subresource, change.user(), change.before(), change.after());
        }

        @Override
        public String toString() {
            return place + " " + expected + (why.isEmpty() ? "" : ": " + why);
        }
    }

    /** Namespaces as a table has them. */
    public record Cluster(Map<String, NamespaceState> states, String usergroupLabel) implements Namespaces {
        @Override
        public @Nullable NamespaceState find(String name) {
            return states.get(name);
        }

        @Override
        public int liveMembers(String usergroup, String systemNamespace) {
            return (int) states.values().stream()
                    .filter(state -> usergroup.equals(state.label(usergroupLabel)))
                    .filter(state -> !state.terminating() && !state.name().equals(systemNamespace))
                    .count();
        }
    }

    public static List<Row> rows(Path file) throws IOException, InvalidTenancyException {
        List<Row> rows = new ArrayList<>();
        Policy policy = policy("default");
        String clusterName = "default";
        int line = 0;
        for (String text : Files.readAllLines(file)) {
            line++;
            if (text.startsWith("tenancy ")) {
                policy = policy(text.substring("tenancy ".length()));
            } else if (text.startsWith("cluster ")) {
                clusterName = text.substring("cluster ".length());
            } else if (!text.isBlank()) {
                rows.add(row(file.getFileName() + ":" + line, policy, cluster(clusterName, policy), cells(text)));
            }
        }
        return rows;
    }

    private static Row row(String place, Policy policy, Cluster cluster, List<String> cells) {
        String[] what = cells.get(0).split(" ");
        String[] object = what.length == 1 ? new String[] {""} : what[1].split("/");
        String[] who = cells.get(1).split(" can ");
        NamespaceChange change = new NamespaceChange(
                Operation.valueOf(what[0]),
                object[0],
                object.length == 1 ? "" : object[1],
                user(who[0]),
                state(object[0], cells.get(2), policy),
                state(object[0], cells.get(3), policy));
        return new Row(
                place,
                policy,
                cluster,
                change,
                who.length == 1 ? Set.of() : granted(who[1]),
                cells.get(4),
                cells.size() > 5 ? cells.get(5) : "");
    }

    static List<String> cells(String line) {
        return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    }

    public static Policy policy(String tenancy) throws IOException, InvalidTenancyException {
        return new Policy(TenancyFile.read(ROOT.resolve("tenancies").resolve(tenancy + ".yaml")));
    }

    public static Cluster cluster(String name, Policy policy) throws IOException {
        Map<String, NamespaceState> states = new HashMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("clusters").resolve(name + ".table"))) {
            List<String> cells = cells(line);
            states.put(cells.get(0), present(cells.get(0), cells.get(1), policy));
        }
        return new Cluster(states, policy.tenancy().usergroupLabel());
    }

    static User user(String who) {
        return switch (who) {
            case "root" -> new User("admin", List.of("system:masters"));
            case EXEMPT -> new User("system:serviceaccount:kube-system:" + EXEMPT, List.of());
            default -> new User(who, List.of(who));
        };
    }

    static Set<Requirement> granted(String rights) {
        return Arrays.stream(rights.split(" and "))
                .map(right -> right.split(" "))
                .map(right -> new Requirement(Verb.valueOf(right[0].toUpperCase(Locale.ROOT)), right[1]))
                .collect(Collectors.toSet());
    }

    /** Null where the cell is blank. Only guarded labels are kept, as the doors do. */
    private static @Nullable NamespaceState state(String name, String cell, Policy policy) {
        return cell.isEmpty() ? null : present(name, cell, policy);
    }

    private static NamespaceState present(String name, String cell, Policy policy) {
        Map<String, String> labels = labels(cell, policy.tenancy().usergroupLabel());
        labels.keySet().retainAll(policy.guardedLabels());
        return new NamespaceState(name, labels, cell.endsWith("terminating"));
    }

    static Map<String, String> labels(String cell, String usergroupLabel) {
        Map<String, String> labels = new TreeMap<>();
        for (String label : cell.split(" +")) {
            if (label.contains("=")) {
                String[] keyAndValue = label.split("=", 2);
                labels.put(key(keyAndValue[0], usergroupLabel), keyAndValue[1].replace('_', ' '));
            }
        }
        return labels;
    }

    private static String key(String abbreviation, String usergroupLabel) {
        return switch (abbreviation) {
            case "u" -> usergroupLabel;
            case "r" -> MeshLabels.REVISION;
            case "i" -> MeshLabels.INJECTION;
            case "mode" -> MeshLabels.DATAPLANE_MODE;
            case "waypoint" -> MeshLabels.WAYPOINT_NAMESPACE;
            case "canary" -> MeshLabels.WAYPOINT_CANARY_NAMESPACE;
            default -> abbreviation;
        };
    }

    static String shown(Decision decision) {
        StringBuilder shown = new StringBuilder(decision.verdict().name());
        for (RuleFinding finding : decision.findings()) {
            shown.append(' ').append(finding.violation().rule());
            boolean old = finding.standing() && finding.enforcement() == Enforcement.WARN;
            if (!finding.denies() && !old) {
                shown.append(':').append(finding.enforcement().spelling());
            }
            shown.append(finding.standing() ? "~" : "");
            Requirement requirement = finding.violation().requirement();
            shown.append(requirement == null ? "" : "[" + requirement + "]");
        }
        return shown.toString();
    }
}
