package dev.marchwarden.decisionlog;

import java.util.Comparator;

/**
 * What a user did that only the tenancy's exemptions permit.
 *
 * @param usergroup empty for none
 * @param namespace of the object; empty for none
 */
public record ExemptionUse(String user, String rule, String usergroup, String namespace)
        implements Comparable<ExemptionUse> {
    private static final Comparator<ExemptionUse> ORDER = Comparator.comparing(ExemptionUse::user)
            .thenComparing(ExemptionUse::rule)
            .thenComparing(ExemptionUse::usergroup)
            .thenComparing(ExemptionUse::namespace);

    @Override
    public int compareTo(ExemptionUse other) {
        return ORDER.compare(this, other);
    }
}
