/**
 * What keeps TLS right while the server runs: the certificate is taken from a Secret as it changes and proved by handshakes from outside; one
 * replica issues, publishes and replaces. Blocking, on threads of its own. Depends on {@code certificates}, which knows what is right, {@code
 * cluster}, which knows what there is, and the readiness of {@code server}.
 */
@NullMarked
package dev.marchwarden.tls;

import org.jspecify.annotations.NullMarked;
