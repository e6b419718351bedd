package dev.marchwarden.server;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Reads a body into one array of the length that the request announces, and hands on that array. A buffer that grows as bytes arrive takes up
 * to three times as much memory, and a copy. {@link BodyBudget} bounds what is announced.
 */
final class BodyReader implements Handler<RoutingContext> {
    /** To begin with, where no length is announced. */
    private static final int UNANNOUNCED = 8 << 10;

    private static final byte[] NOTHING = {};

    private final int maxBody;
    private final BiConsumer<RoutingContext, byte[]> next;

    /**
     * @param maxBody bytes of a body; a larger one is answered 413
     * @param next is given the body, on the event loop; empty where there is none
     */
    BodyReader(int maxBody, BiConsumer<RoutingContext, byte[]> next) {
        this.maxBody = maxBody;
        this.next = next;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (announced == null && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            next.accept(context, NOTHING);
            return;
        }
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            context.response().writeContinue();
        }
        Body body = new Body(context, announced == null ? UNANNOUNCED : length(announced));
        request.exceptionHandler(cut -> body.fail(400)).handler(body).endHandler(end -> body.end());
    }

    private int length(String announced) {
        try {
            return Math.clamp(Long.parseLong(announced), 0, maxBody);
        } catch (NumberFormatException e) {
            return UNANNOUNCED;
        }
    }

    /** What has arrived of one body. */
    private final class Body implements Handler<Buffer> {
        private final RoutingContext context;
        private byte[] bytes;
        private int length;
        private boolean failed;

        Body(RoutingContext context, int length) {
            this.context = context;
            this.bytes = new byte[length];
        }

        @Override
        public void handle(Buffer part) {
            if (failed) {
                return;
            }
            int more = part.length();
            if (more > maxBody - length) {
                fail(413);
                return;
            }
            if (more > bytes.length - length) {
                bytes = Arrays.copyOf(bytes, Math.clamp(2L * bytes.length, length + more, maxBody));
            }
            part.getBytes(bytes, length);
            length += more;
        }

        void fail(int code) {
            if (!failed) {
                failed = true;
                bytes = NOTHING;
                context.fail(code);
            }
        }

        void end() {
            if (failed) {
                return;
            }
            try {
                next.accept(context, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
            } catch (RuntimeException | Error e) { // the router, which would do this, has returned long ago
                context.fail(e);
            }
        }
    }
}
