/**
 * Whether the meshes of a cluster are in fact apart: what there is, read once ({@code Snapshot}), and one class for each thing that is looked at
 * ({@code Check}), which says how it is and what to do where it is not as it should be. Changes nothing. Depends on {@code rollout}, {@code bootstrap},
 * {@code cluster} and {@code tenancy}; only {@code cli} may know it.
 */
@NullMarked
package dev.marchwarden.verification;

import org.jspecify.annotations.NullMarked;
