/**
 * Work that a process does over and over beside its requests: one kind of loop with one lifecycle, and one place that knows which loops have
 * died. Depends on no other package of ours; every other package may use it.
 */
@NullMarked
package dev.marchwarden.background;

import org.jspecify.annotations.NullMarked;
