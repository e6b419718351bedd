/**
 * The commands, and the one place where everything is wired. Depends on every other package; nothing depends on it.
 */
@NullMarked
package dev.marchwarden.cli;

import org.jspecify.annotations.NullMarked;
