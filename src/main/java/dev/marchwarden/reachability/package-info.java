/**
 * The proof that nothing crosses: the {@linkplain dev.marchwarden.reachability.model model} asked about all objects, the shortest chain for each two sides,
 * and what the answer rests on. The model is written from Istio's source (paths in istio/istio at 1.30.3), and knows nothing of the policy, which tests hold to it.
 */
@NullMarked
package dev.marchwarden.reachability;

import org.jspecify.annotations.NullMarked;
