/**
 * What is known of the cluster: its namespaces, from files or as the API server tells them, and what its RBAC permits. Depends on {@code
 * policy}, {@code manifest} and {@code tenancy}; the only package that talks to an API server.
 */
@NullMarked
package dev.marchwarden.cluster;

import org.jspecify.annotations.NullMarked;
