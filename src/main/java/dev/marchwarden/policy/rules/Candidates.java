package dev.marchwarden.policy.rules;

import dev.marchwarden.policy.LabelEdit;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Values that a mistyped one could stand for.
 *
 * @param values only such as its author may hear of
 */
record Candidates(List<String> values) {
    /** More would not help anybody choose. */
    private static final int SHOWN = 5;

    static Candidates among(List<String> values) {
        return new Candidates(List.copyOf(values));
    }

    String described(String some, String none) {
        if (values.isEmpty()) {
            return none;
        }
        String shown = values.stream().limit(SHOWN).map(Quoted::of).collect(Collectors.joining(", "));
        int more = values.size() - SHOWN;
        return some + " (" + shown + (more > 0 ? " and " + more + " more" : "") + ")";
    }

    /** Set the label to what was probably meant, beside the other half as it is meant to be, or take the namespace out of the mesh. */
    String fix(String mistyped, String label, Surroundings surroundings) {
        String leave = surroundings.leave().toString();
        if (surroundings.tenancy().systemNamespaceOwner(surroundings.change().name()) != null) {
            return leave;
        }
        return Nearest.to(mistyped, values)
                .or(() -> values.size() == 1 ? values.stream().findFirst() : Optional.empty())
                .map(meant -> withKnownUsergroup(surroundings).set(label, meant) + " (or " + leave + ")")
                .orElse(leave);
    }

    private static LabelEdit withKnownUsergroup(Surroundings surroundings) {
        String key = surroundings.tenancy().usergroupLabel();
        String usergroup = surroundings.change().labelAfter(key);
        return usergroup == null || surroundings.tenancy().usergroup(usergroup) == null
                ? surroundings.fix()
                : surroundings.fix().set(key, usergroup);
    }
}
