/**
 * The control planes in a cluster: reads what there is, finds what stands in the way, brings about what {@code bootstrap} says there should be,
 * and takes away what should be no more. Depends on {@code bootstrap}, {@code cluster} and {@code tenancy}; only {@code cli} may know it.
 */
@NullMarked
package dev.marchwarden.rollout;

import org.jspecify.annotations.NullMarked;
