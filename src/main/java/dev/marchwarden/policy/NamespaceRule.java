package dev.marchwarden.policy;

import dev.marchwarden.tenancy.RuleName;
import java.util.List;

/**
 * A rule about namespaces. It speaks of states, of changes, or of both: what it finds wrong with a state is held against a change only
 * where the state before did not have it.
 */
public interface NamespaceRule {
    RuleName name();

    /** What is wrong with this state, whoever brought it about. */
    default List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        return List.of();
    }

    /** What is wrong with doing this, whatever comes of it. */
    default List<Violation> ofChange(NamespaceChange change, Surroundings surroundings) {
        return List.of();
    }
}
