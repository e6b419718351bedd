/**
 * What is known of the cluster: its namespaces, so far from files. Depends on {@code policy}, {@code manifest} and {@code tenancy}.
 */
@NullMarked
package dev.marchwarden.cluster;

import org.jspecify.annotations.NullMarked;
