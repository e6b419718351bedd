package dev.marchwarden.twin;

import dev.marchwarden.tenancy.RuleName;

/**
 * One way to break a rule, in CEL.
 *
 * @param violated whether this request breaks the rule here and did not find it broken
 * @param concerned a list of names of usergroups, as {@link dev.marchwarden.tenancy.EnforcementTable#level} takes them
 * @param message what the webhook says of it
 */
record CelCheck(RuleName rule, String violated, String concerned, String message) {}
