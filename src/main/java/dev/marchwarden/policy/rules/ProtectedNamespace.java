package dev.marchwarden.policy.rules;

import static dev.marchwarden.istio.MeshLabels.DATAPLANE_MODE;
import static dev.marchwarden.istio.MeshLabels.INJECTION;
import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.policy.LabelEdit;
import dev.marchwarden.policy.NamespaceRule;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A mesh label on a namespace that the cluster itself lives in. Labels that only say "keep out" are harmless and common. */
final class ProtectedNamespace implements NamespaceRule {
    private static final Map<String, String> KEEPS_OUT = Map.of(INJECTION, "disabled", DATAPLANE_MODE, "none");

    @Override
    public RuleName name() {
        return RuleName.PROTECTED_NAMESPACE;
    }

    @Override
    public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        if (!surroundings.tenancy().isProtected(state.name())) {
            return List.of();
        }
        List<String> keys = state.labels().entrySet().stream()
                .filter(label -> !label.getValue().equals(KEEPS_OUT.get(label.getKey())))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        LabelEdit fix = surroundings.fix();
        keys.forEach(fix::remove); // all at once: one of the pair alone would be unpaired
        return keys.stream()
                .map(key -> violation(key, String.valueOf(state.label(key)), fix, concerned(state, surroundings)))
                .toList();
    }

    /** The usergroups whose control planes would reach in. */
    private static Set<String> concerned(NamespaceState state, Surroundings surroundings) {
        Set<String> concerned = new HashSet<>();
        String label = surroundings.usergroupOf(state);
        if (label != null && surroundings.tenancy().usergroup(label) != null) {
            concerned.add(label);
        }
        String revision = state.label(REVISION);
        Usergroup serving = revision == null ? null : surroundings.tenancy().servedBy(revision);
        if (serving != null) {
            concerned.add(serving.name());
        }
        return concerned;
    }

    private Violation violation(String key, String value, LabelEdit fix, Set<String> concerned) {
        return new Violation(
                name(),
                Surroundings.labelPath(key),
                value,
                "no mesh label on a protected namespace",
                "workloads here must start without a mesh",
                fix.toString(),
                value,
                concerned,
                null);
    }
}
