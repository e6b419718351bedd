package dev.marchwarden.admission;

import dev.marchwarden.policy.User;
import dev.marchwarden.policy.core.CoreScope;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.ReachTable;
import org.jspecify.annotations.Nullable;

/**
 * The request of an AdmissionReview, as far as a decision or its record needs it. Texts are empty where the review had none or null.
 *
 * @param uid to be returned as it came
 * @param group API group of the object, empty for the core group
 * @param resource the lower-case plural of the kind
 * @param operation as sent; an unknown one is not decided
 * @param object null for DELETE
 * @param oldObject null for CREATE
 * @param table what is known of the kind; null for one that no table knows
 * @param specChanged whether the specs of the two objects differ by a single byte, or could not be compared; of a kind that is not known
 *     labels and annotations of Istio's count too
 * @param problem what makes this undecidable although it is JSON, or null
 */
public record AdmissionRequest(
        String uid,
        String group,
        String version,
        String kind,
        String resource,
        String subresource,
        String name,
        String namespace,
        String operation,
        User user,
        boolean dryRun,
        @Nullable ObjectSnapshot object,
        @Nullable ObjectSnapshot oldObject,
        @Nullable KindTable table,
        boolean specChanged,
        @Nullable String problem) {

    /** The same request by somebody else. */
    public AdmissionRequest as(User somebody) {
        return new AdmissionRequest(
                uid,
                group,
                version,
                kind,
                resource,
                subresource,
                name,
                namespace,
                operation,
                somebody,
                dryRun,
                object,
                oldObject,
                table,
                specChanged,
                problem);
    }

    /** The name, wherever it stands: a deletecollection leaves the request's own empty. */
    public String objectName() {
        if (!name.isEmpty()) {
            return name;
        }
        if (object != null && !object.name().isEmpty()) {
            return object.name();
        }
        return oldObject == null ? "" : oldObject.name();
    }

    /** Whether rules look at its kind; all else passes unseen. */
    public boolean isLookedAt() {
        return isNamespace() || isGuarded();
    }

    boolean isNamespace() {
        return group.isEmpty() && kind.equals("Namespace");
    }

    /** Whether it is about a kind that a rule looks at, or must not pass because none does. */
    boolean isGuarded() {
        return table == null
                ? ReachTable.shipped().guards(group)
                : !CoreScope.isOrdinary(table, objectName(), reaches(object) || reaches(oldObject), user);
    }

    private static boolean reaches(@Nullable ObjectSnapshot snapshot) {
        ObjectReach reach = snapshot == null ? null : snapshot.reach();
        return reach != null && (reach.problem() != null || !reach.leaves().isEmpty());
    }
}
