/**
 * The Kubernetes client: which API server and with which credentials, objects by type, and every failure as one line. The library does
 * the work; this package configures it and says what went wrong.
 */
@NullMarked
package dev.marchwarden.kubernetes;

import org.jspecify.annotations.NullMarked;
