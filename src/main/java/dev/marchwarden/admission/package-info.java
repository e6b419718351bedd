/**
 * The AdmissionReview wire format: bytes to values, values to bytes, and between them the way from a request to the policy's decision.
 *
 * <p>{@link dev.marchwarden.admission.Admission} is that way; the HTTPS server and {@code review} both take it, {@code check} enters it
 * behind the decoder. Knows nothing of HTTP. Depends on {@code policy} and {@code tenancy}.
 */
@NullMarked
package dev.marchwarden.admission;

import org.jspecify.annotations.NullMarked;
