/**
 * Who reaches whom, as Istio's source has it: pure functions of objects, which each name their source. Knows nothing of the policy.
 */
@NullMarked
package dev.marchwarden.reachability.model;

import org.jspecify.annotations.NullMarked;
