/** How the API server asks webhooks about writes. */
@NullMarked
package dev.marchwarden.standin.admission;

import org.jspecify.annotations.NullMarked;
