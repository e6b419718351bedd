/**
 * The decision log read back: which of its lines to take, and what they say in sum. Depends on {@code policy} for the words of a decision;
 * only commands use it.
 */
@NullMarked
package dev.marchwarden.decisionlog;

import org.jspecify.annotations.NullMarked;
