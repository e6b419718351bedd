/** Internet addresses and ranges of them, without asking a name server. Depends on {@code text} only. */
@NullMarked
package dev.marchwarden.address;

import org.jspecify.annotations.NullMarked;
