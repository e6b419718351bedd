package dev.marchwarden.policy;

import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ObjectReach;
import org.jspecify.annotations.Nullable;

/**
 * A change of configuration or of a workload.
 *
 * @param group API group of the kind, empty for the core group
 * @param namespace empty for an object that is in none
 * @param name empty where the API server has yet to make one up
 * @param table what is known of the kind; null for a kind or version of a guarded group that no table knows
 * @param before what the object reached, null for CREATE and for a kind that is not known
 * @param after what it would reach, null for DELETE and for a kind that is not known
 * @param specChanged whether its spec is another than before, by so much as a space; of a kind that is not known labels and annotations
 *     of Istio's count too; true for CREATE
 */
public record ObjectChange(
        Operation operation,
        String group,
        String version,
        String kind,
        String namespace,
        String name,
        User user,
        boolean dryRun,
        @Nullable KindTable table,
        @Nullable ObjectReach before,
        @Nullable ObjectReach after,
        boolean specChanged) {
    public boolean isOf(String someGroup, String someKind) {
        return group.equals(someGroup) && kind.equals(someKind);
    }
}
