/** What Istio calls things: labels, annotations and names, each once. Depends on {@code tenancy} and {@code text} only. */
@NullMarked
package dev.marchwarden.istio;

import org.jspecify.annotations.NullMarked;
