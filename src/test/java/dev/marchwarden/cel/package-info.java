/** CEL as API servers evaluate it, for tests of policies and matchConditions. */
@NullMarked
package dev.marchwarden.cel;

import org.jspecify.annotations.NullMarked;
