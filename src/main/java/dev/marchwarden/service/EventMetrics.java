package dev.marchwarden.service;

import dev.marchwarden.reporting.DecisionEvents;
import dev.marchwarden.reporting.DecisionEvents.Reason;
import dev.marchwarden.server.Metrics;
import java.time.Duration;
import java.util.Locale;

/** What Prometheus is told of Events. */
final class EventMetrics {
    /** How long a request that writes one may take. */
    static final Duration REQUEST = Duration.ofSeconds(5);

    private EventMetrics() {}

    static void register(Metrics metrics, DecisionEvents events) {
        metrics.count(
                "marchwarden.events.written",
                "Events of denials and warnings created or updated",
                self -> events.written());
        for (Reason reason : Reason.values()) {
            metrics.count(
                    "marchwarden.events.dropped",
                    "Denials and warnings without an Event, by reason",
                    self -> events.dropped(reason),
                    "reason",
                    reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }
}
