/**
 * The meshes of a cluster at a glance, as one HTML page. Depends on {@code audit}, {@code istio}, {@code manifest}, {@code policy}, {@code
 * tenancy} and {@code verification}; judges nothing itself.
 */
@NullMarked
package dev.marchwarden.map;

import org.jspecify.annotations.NullMarked;
