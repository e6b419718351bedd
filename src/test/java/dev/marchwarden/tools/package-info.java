/** The programs of others that tests drive, as they are released. */
@NullMarked
package dev.marchwarden.tools;

import org.jspecify.annotations.NullMarked;
