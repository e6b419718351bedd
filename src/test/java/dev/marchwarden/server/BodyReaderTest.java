package dev.marchwarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a body costs, and what is handed on of it. What clients see is in {@link HttpContractTest}. */
class BodyReaderTest {
    private static final int MAX_BODY = 4 << 20;
    private static final int PART = 16 << 10;

    private final MultiMap headers = HttpHeaders.headers();
    /** What the reader listens with, by the name of the method that it said so with. */
    private final Map<String, Handler<?>> handlers = new HashMap<>();

    private final List<Integer> failures = new ArrayList<>();
    private byte @Nullable [] body;

    private final BodyReader reader = new BodyReader(MAX_BODY, (context, whole) -> body = whole);

    /** Were it copied or the array grown, it would take twice as much. */
    @Test
    void aBodyOfAnAnnouncedLengthIsKeptOnce() {
        byte[] sent = pattern(3 << 20);
        List<Buffer> parts = parts(sent);
        headers.set(HttpHeaders.CONTENT_LENGTH, String.valueOf(sent.length));
        read(parts); // what classes and call sites take once
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        read(parts);

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(body).isEqualTo(sent);
        assertThat(allocated).isBetween((long) sent.length, sent.length + sent.length / 10L);
    }

    /** Nothing of what was not sent is handed on, and nothing beyond the maximum is made room for. */
    @Test
    void aBodyOfNoAnnouncedLengthIsAsLongAsWhatArrives() {
        headers.set(HttpHeaders.TRANSFER_ENCODING, HttpHeaders.CHUNKED);
        for (int length : new int[] {0, 1, PART - 1, PART, PART + 1, 3 * PART + 5, MAX_BODY - 1, MAX_BODY}) {
            byte[] sent = pattern(length);
            read(parts(sent));
            assertThat(body).isEqualTo(sent);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void oneByteBeyondTheMaximumIsRefusedOnceAndNotHandedOn() {
        headers.set(HttpHeaders.TRANSFER_ENCODING, HttpHeaders.CHUNKED);
        List<Buffer> parts = parts(pattern(MAX_BODY + 1));
        parts.add(Buffer.buffer("more"));

        read(parts);

        assertThat(failures).containsExactly(413);
        assertThat(body).isNull();
    }

    @Test
    void aBodyThatIsCutIsNotHandedOn() {
        headers.set(HttpHeaders.CONTENT_LENGTH, "8");
        reader.handle(context());
        this.<Buffer>told("handler").handle(Buffer.buffer("four"));

        this.<Throwable>told("exceptionHandler").handle(new IllegalStateException("cut"));
        this.<@Nullable Object>told("endHandler").handle(null);

        assertThat(failures).containsExactly(400);
        assertThat(body).isNull();
    }

    private void read(List<Buffer> parts) {
        body = null;
        reader.handle(context());
        Handler<Buffer> handler = told("handler");
        parts.forEach(handler::handle);
        this.<@Nullable Object>told("endHandler").handle(null);
    }

    @SuppressWarnings("unchecked")
    private <T extends @Nullable Object> Handler<T> told(String by) {
        return (Handler<T>) Objects.requireNonNull(handlers.get(by), by);
    }

    private RoutingContext context() {
        HttpServerResponse response = standIn(HttpServerResponse.class, Map.of());
        HttpServerRequest request = standIn(HttpServerRequest.class, Map.of("headers", headers));
        return standIn(RoutingContext.class, Map.of("request", request, "response", response));
    }

    /** Answers with these values, and with itself where a handler is set. */
    private <T> T standIn(Class<T> type, Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "getHeader" -> headers.get((CharSequence) arguments[0]);
                    case "handler", "endHandler", "exceptionHandler" -> {
                        handlers.put(method.getName(), (Handler<?>) arguments[0]);
                        yield self;
                    }
                    case "fail" -> {
                        failures.add((Integer) arguments[0]);
                        yield null;
                    }
                    default -> values.get(method.getName());
                }));
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    private static List<Buffer> parts(byte[] bytes) {
        List<Buffer> parts = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += PART) {
            parts.add(Buffer.buffer().appendBytes(bytes, at, Math.min(PART, bytes.length - at)));
        }
        return parts;
    }
}
