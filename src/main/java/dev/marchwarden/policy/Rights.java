package dev.marchwarden.policy;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers the requirements that the tenancy left open. Whoever cannot be asked has granted nothing. */
@FunctionalInterface
public interface Rights {
    /** No cluster to ask: only the tenancy's word counts. */
    Rights TENANCY_ONLY = (user, asked) -> CompletableFuture.completedFuture(Answer.NOTHING);

    /** The requirements among those asked that the user fulfils. Never completes exceptionally. */
    CompletionStage<Answer> granted(User user, Set<Requirement> asked);

    /**
     * What came of asking.
     *
     * @param granted the requirements that are fulfilled
     * @param problem why some could not be asked about, in words for whoever is denied; null where all were answered
     */
    record Answer(Set<Requirement> granted, @Nullable String problem) {
        public static final Answer NOTHING = new Answer(Set.of(), null);

        public Answer {
            granted = Set.copyOf(granted);
        }
    }
}
