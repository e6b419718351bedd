/**
 * What objects of Istio and the Gateway API reach beyond their own namespace, and what decides about the proxies of pods: for each kind
 * one row a field, as tables that somebody who knows Istio can review (resources beside this package), and what reads an object by them.
 *
 * <p>{@link dev.marchwarden.reach.ReachTable} is the tables, {@link dev.marchwarden.reach.ReachReader} walks an object as it streams by and
 * leaves an {@link dev.marchwarden.reach.ObjectReach}: the object pruned to the fields that reach. Nothing here judges: the rules do.
 * Depends on {@code tenancy} only. A test holds the tables to the complete inventories of fields in {@code test-fixtures/fields}; those of
 * workloads are in part. {@link dev.marchwarden.reach.Embedded} is JSON or YAML inside a value.
 */
@NullMarked
package dev.marchwarden.reach;

import org.jspecify.annotations.NullMarked;
