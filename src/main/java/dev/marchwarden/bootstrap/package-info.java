/**
 * The control planes: what there should be in a cluster for the usergroups of a tenancy, as steps in an order; how that differs from what
 * there is; the same as files; and the {@code helm} command. Depends on {@code tenancy} and {@code manifest}; only {@code cli} may know it.
 */
@NullMarked
package dev.marchwarden.bootstrap;

import org.jspecify.annotations.NullMarked;
