/** The image, as far as it can be looked at without a container engine: what the Dockerfile says, and a directory with what it copies. */
@NullMarked
package dev.marchwarden.image;

import org.jspecify.annotations.NullMarked;
