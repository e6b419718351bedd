package dev.marchwarden.policy;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Works out the missing half of a pair of labels. */
final class PairCompletion {
    private PairCompletion() {}

    /** The labels to add, at most one. */
    static Map<String, String> of(NamespaceChange change, Tenancy tenancy) {
        NamespaceState after = change.after();
        // Status and finalizer writers do not mean the labels; whoever slips one in there is told so by the validator.
        if (after == null
                || change.operation() == Operation.DELETE
                || !change.subresource().isEmpty()) {
            return Map.of();
        }
        // A system namespace needs no pair, and a protected one must not get any.
        if (tenancy.systemNamespaceOwner(change.name()) != null || tenancy.isProtected(change.name())) {
            return Map.of();
        }
        String usergroup = after.label(tenancy.usergroupLabel());
        String revision = after.label(MeshLabels.REVISION);
        if (usergroup != null && revision == null && isSetBy(change, tenancy.usergroupLabel())) {
            Usergroup known = tenancy.usergroup(usergroup);
            return known == null ? Map.of() : Map.of(MeshLabels.REVISION, known.defaultRevision());
        }
        if (revision != null && usergroup == null && isSetBy(change, MeshLabels.REVISION)) {
            Usergroup serving = tenancy.servedBy(revision);
            return serving == null ? Map.of() : Map.of(tenancy.usergroupLabel(), serving.name());
        }
        return Map.of();
    }

    /**
     * Whether this very change gave the label its value. Otherwise the other half was taken away (by somebody who would be surprised to
     * find it back) or never was there (and an unrelated edit would turn into an act of joining).
     */
    private static boolean isSetBy(NamespaceChange change, String key) {
        @Nullable String now = change.labelAfter(key);
        return now != null && !now.equals(change.labelBefore(key));
    }
}
