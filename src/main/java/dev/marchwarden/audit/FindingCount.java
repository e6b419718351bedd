package dev.marchwarden.audit;

import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;

/**
 * The number of findings of one kind.
 *
 * @param usergroup of the objects' namespaces; empty for none
 * @param enforcement as the tenancy is
 * @param denied whether they would be denied once every default is {@code deny}
 * @param needsRight whether a right permits them
 */
public record FindingCount(
        String usergroup, RuleName rule, Enforcement enforcement, boolean denied, boolean needsRight, long count) {}
