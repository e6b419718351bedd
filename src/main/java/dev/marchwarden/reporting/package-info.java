/**
 * What Marchwarden writes into the cluster for people to read: Events of what was denied or warned of, and reports of what an audit found. Depends on {@code
 * admission} and {@code audit} for what was decided and found, and on {@code cluster} and {@code kubernetes} to write; only commands use it.
 */
@NullMarked
package dev.marchwarden.reporting;

import org.jspecify.annotations.NullMarked;
