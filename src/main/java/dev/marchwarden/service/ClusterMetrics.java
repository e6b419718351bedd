package dev.marchwarden.service;

import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.LiveNamespaces;
import dev.marchwarden.server.Metrics;

/** What Prometheus is told of the view of a cluster. */
final class ClusterMetrics {
    private static final double MILLIS = 1_000;

    private ClusterMetrics() {}

    static void register(Metrics metrics, LiveCluster cluster) {
        LiveNamespaces namespaces = cluster.namespaces();
        metrics.gauge(
                "marchwarden.namespaces.silence.seconds",
                "Time since the last message of the watch of namespaces; normally about a minute at most",
                () -> namespaces.silence().toMillis() / MILLIS);
        metrics.gauge(
                "marchwarden.namespaces.watching",
                "1 while a watch of namespaces is open, 0 while there is none",
                () -> namespaces.isWatching() ? 1 : 0);
        metrics.count(
                "marchwarden.namespaces.lists",
                "Lists of all namespaces: at the start, and when the watch lost its place",
                self -> namespaces.lists());
        metrics.count(
                "marchwarden.namespace.lookups",
                "Lookups of a namespace that was not known yet",
                self -> cluster.lookups());
        metrics.count(
                "marchwarden.namespace.lookup.failures",
                "Requests denied because a namespace that was not known could not be looked up",
                self -> cluster.failedLookups());
        metrics.count(
                "marchwarden.access.reviews",
                "SubjectAccessReviews sent to the API server",
                self -> cluster.accessReviews());
        metrics.count(
                "marchwarden.access.review.failures",
                "Rights not granted because the API server gave no answer",
                self -> cluster.failedAccessReviews());
    }
}
