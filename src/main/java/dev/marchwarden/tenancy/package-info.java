/**
 * The registry of usergroups, control planes and policy settings, as values, and the one YAML file that they are read from.
 *
 * <p>A {@link dev.marchwarden.tenancy.Tenancy} that exists is a good one: {@link dev.marchwarden.tenancy.TenancyFile} reports every
 * mistake of a file at once, with its place, and makes no object of a file that has any. Depends on {@code text} and {@code address} only; every
 * other package may use it.
 */
@NullMarked
package dev.marchwarden.tenancy;

import org.jspecify.annotations.NullMarked;
