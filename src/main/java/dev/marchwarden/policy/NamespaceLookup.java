package dev.marchwarden.policy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Looks at the cluster itself for a namespace that the latest snapshot does not know: it may have been created just now. */
@FunctionalInterface
public interface NamespaceLookup {
    /** No cluster to look at: what the snapshot does not know there is not. */
    NamespaceLookup NONE = (name, seen) -> CompletableFuture.completedFuture(seen);

    /**
     * @param seen the snapshot, which does not know the namespace
     * @return a snapshot that knows the namespace if there is one. Completes with a {@link ClusterUnknownException} where that cannot be
     *     told, which is never the same as that there is none
     */
    CompletionStage<Namespaces> knowing(String name, Namespaces seen);
}
