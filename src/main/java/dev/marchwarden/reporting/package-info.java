/**
 * What Marchwarden writes into the cluster for the people of a namespace: Events of what was denied or warned of. Depends on {@code
 * admission} for what was decided and on {@code cluster} to write; only commands use it.
 */
@NullMarked
package dev.marchwarden.reporting;

import org.jspecify.annotations.NullMarked;
