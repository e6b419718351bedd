package dev.marchwarden.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * The last seconds of a server: it still serves and accepts connections, but asks each client to go elsewhere with its next request. The API server keeps
 * using the connections it has to a pod that is being stopped (kubernetes#127335), so closing them silently would lose requests.
 */
public final class Drain {
    private volatile boolean draining;
    private volatile boolean over;

    public boolean isDraining() {
        return draining;
    }

    /** Whether new connections are not accepted any more. */
    public boolean isOver() {
        return over;
    }

    void end() {
        over = true;
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
