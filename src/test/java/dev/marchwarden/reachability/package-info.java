@NullMarked
package dev.marchwarden.reachability;

import org.jspecify.annotations.NullMarked;
