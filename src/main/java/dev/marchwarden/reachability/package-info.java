/**
 * A model of who reaches whom: which workloads can connect across the border between usergroups, by which objects. It is written from Istio's source
 * (paths in istio/istio at 1.30.3), and knows nothing of the policy, which tests hold to it.
 */
@NullMarked
package dev.marchwarden.reachability;

import org.jspecify.annotations.NullMarked;
