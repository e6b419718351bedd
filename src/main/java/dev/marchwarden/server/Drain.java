package dev.marchwarden.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * The last seconds of a server: it still serves, but asks each connection to go elsewhere with its next request. The API server keeps
 * using the connections it has to a pod that is being stopped (kubernetes#127335), so closing them silently would lose requests.
 */
public final class Drain {
    private volatile boolean draining;

    public boolean isDraining() {
        return draining;
    }

    void begin() {
        draining = true;
    }

    void beforeAnswer(RoutingContext context) {
        if (draining) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            // Not the response's own end handler: there is one only, and it is the routing context's.
            context.addEndHandler(end -> context.request().connection().close());
        }
    }
}
