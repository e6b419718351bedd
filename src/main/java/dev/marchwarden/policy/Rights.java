package dev.marchwarden.policy;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers the requirements that the tenancy left open. Whoever cannot be asked has granted nothing. */
@FunctionalInterface
public interface Rights {
    /** No cluster to ask: only the tenancy's word counts. */
    Rights TENANCY_ONLY = (user, asked) -> CompletableFuture.completedFuture(Set.of());

    /** The requirements among those asked that the user fulfils. Never completes exceptionally. */
    CompletionStage<Set<Requirement>> granted(User user, Set<Requirement> asked);
}
