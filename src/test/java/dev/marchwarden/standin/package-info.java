/** A small stand-in for an API server: what the real one does with namespaces and access reviews, and faults on command. */
@NullMarked
package dev.marchwarden.standin;

import org.jspecify.annotations.NullMarked;
