package dev.marchwarden.server;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory that request bodies take, over all connections: who comes when it is spent is sent away rather than queued. */
final class BodyBudget {
    /** What the API server sends nearly always; of these some are let in even when large ones take up the rest. */
    private static final int SMALL = 128 << 10;

    private final long limit;
    private final int maxBody;
    private final AtomicLong taken = new AtomicLong();

    BodyBudget(Limits limits) {
        this.limit = limits.maxBodiesInFlight();
        this.maxBody = limits.maxBody();
    }

    long taken() {
        return taken.get();
    }

    void admit(RoutingContext context) {
        long size = size(context.request());
        if (size > maxBody) {
            context.fail(413);
            return;
        }
        if (taken.addAndGet(size) > (size <= SMALL ? limit : limit - limit / 4)) {
            taken.addAndGet(-size);
            context.fail(503);
            return;
        }
        context.addEndHandler(end -> taken.addAndGet(-size));
        context.next();
    }

    /**
     * Whoever sent a body may go away before it is decided. Its memory is not free before that, so the budget does not get it back before.
     *
     * @param size bytes of the body
     * @param decided when nobody needs the body any more
     */
    void keep(RoutingContext context, int size, Future<?> decided) {
        // End handlers run in reverse order: this one takes before that of admit gives back.
        context.addEndHandler(end -> {
            if (!decided.isComplete()) {
                taken.addAndGet(size);
                decided.onComplete(over -> taken.addAndGet(-size));
            }
        });
    }

    /** What the request says it will send; one that does not say is held to be as large as it may. */
    private long size(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return maxBody;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return maxBody;
        }
    }
}
