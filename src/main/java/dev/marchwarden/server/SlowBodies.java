package dev.marchwarden.server;

import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ends requests whose body arrives too slowly: it must not hold its share of the budget for ever. Looks every now and then instead of setting a
 * timer for each request, of which nearly none would ever fire. Belongs to one event loop.
 */
final class SlowBodies {
    /** How much later than promised a body may be given up. */
    private static final long LOOK_EVERY_MILLIS = 500;

    private final long timeoutNanos;
    /** Those being read and when they are too late, the earliest first. */
    private final Map<RoutingContext, Long> awaited = new LinkedHashMap<>();

    SlowBodies(Limits limits) {
        this.timeoutNanos = limits.bodyTimeout().toNanos();
    }

    /** To be called on the event loop that it belongs to. */
    void lookOn(Vertx vertx) {
        vertx.setPeriodic(LOOK_EVERY_MILLIS, time -> sendAwayTheLate(System.nanoTime()));
    }

    /** Begins to wait for a body. */
    void await(RoutingContext context) {
        if (!context.request().isEnded()) {
            awaited.put(context, System.nanoTime() + timeoutNanos);
            context.addEndHandler(end -> awaited.remove(context));
        }
        context.next();
    }

    private void sendAwayTheLate(long now) {
        for (Iterator<Map.Entry<RoutingContext, Long>> all = awaited.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<RoutingContext, Long> next = all.next();
            if (next.getValue() - now > 0) {
                return;
            }
            all.remove();
            if (!next.getKey().request().isEnded()) {
                // Failing it ends it, which would change what is being walked over.
                next.getKey().vertx().runOnContext(then -> next.getKey().fail(408));
            }
        }
    }
}
