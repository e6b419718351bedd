/**
 * What a proof reads: objects by kind, their parts with the paths that chains name, and what is text inside them. Knows nothing of who reaches whom.
 */
@NullMarked
package dev.marchwarden.reachability.objects;

import org.jspecify.annotations.NullMarked;
