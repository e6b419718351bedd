/**
 * The HTTPS server that the API server calls, on Vert.x: TLS and its reload, limits, probes, metrics, the decision log, the drain.
 *
 * <p>{@link dev.marchwarden.server.WebhookServer} serves reviews, {@link dev.marchwarden.server.OpsServer} probes and metrics. What is
 * decided here is only what HTTP has to say (too large, not a POST); everything else is {@code admission}'s. Nothing blocks an event loop:
 * files are read on worker threads and log lines are handed to a thread of their own.
 */
@NullMarked
package dev.marchwarden.server;

import org.jspecify.annotations.NullMarked;
