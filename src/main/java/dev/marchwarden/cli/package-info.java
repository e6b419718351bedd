/**
 * The commands. Depends on every other package; nothing depends on it.
 */
@NullMarked
package dev.marchwarden.cli;

import org.jspecify.annotations.NullMarked;
