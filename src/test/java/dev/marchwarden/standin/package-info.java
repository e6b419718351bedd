/** A stand-in for an API server: what real clients see of the real one, and faults on command. */
@NullMarked
package dev.marchwarden.standin;

import org.jspecify.annotations.NullMarked;
