/** The CEL twin beside the policy: both are asked the same, and must answer the same as far as the twin says that it goes. */
@NullMarked
package dev.marchwarden.twin;

import org.jspecify.annotations.NullMarked;
