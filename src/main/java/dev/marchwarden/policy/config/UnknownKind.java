package dev.marchwarden.policy.config;

import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the reach table does not know: a kind, a version or a field that a newer Istio may have. Nobody can say what it reaches. */
final class UnknownKind implements ObjectRule {
    private static final String FIX =
            "remove it, or ask the cluster admin for a release of Marchwarden that knows it (docs/upgrade-istio.md)";

    @Override
    public RuleName name() {
        return RuleName.UNKNOWN_KIND;
    }

    /** Of what is not known nothing but the whole can be compared, so it is judged with every change of it. */
    @Override
    public List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        if (change.operation() == Operation.DELETE || !change.specChanged()) {
            return List.of();
        }
        KindTable table = change.table();
        if (table == null) {
            return List.of(violation(
                    "kind",
                    change.kind(),
                    "a kind of " + change.group() + " that the reach table knows",
                    surroundings));
        }
        List<Violation> violations = new ArrayList<>();
        if (table.complete() && !table.versions().contains(change.version())) {
            violations.add(violation(
                    "apiVersion",
                    change.group() + "/" + change.version(),
                    "one of the versions " + String.join(", ", new TreeSet<>(table.versions())) + " of "
                            + change.kind(),
                    surroundings));
        }
        fields(change.after())
                .forEach(path -> violations.add(violation(
                        Quoted.bare(path), "set", "no field but those that the reach table knows", surroundings)));
        return violations;
    }

    private static List<String> fields(@Nullable ObjectReach object) {
        return object == null ? List.of() : object.unclassified();
    }

    private Violation violation(String path, String value, String expected, ObjectSurroundings surroundings) {
        return surroundings
                .violation(name(), path, value)
                .expected(expected)
                .because("this release does not know what it reaches")
                .fix(FIX);
    }
}
