/**
 * The policy held against what is not on its way through a webhook: manifests in files, and what there is in a cluster. Depends on {@code admission}, {@code
 * cluster}, {@code kubernetes}, {@code manifest}, {@code policy}, {@code reach} and {@code tenancy}; decides nothing itself.
 */
@NullMarked
package dev.marchwarden.audit;

import org.jspecify.annotations.NullMarked;
