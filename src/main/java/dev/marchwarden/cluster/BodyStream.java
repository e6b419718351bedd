package dev.marchwarden.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response as it arrives, for a thread that may wait: so long for the next bytes and no longer, which is what ends the wait
 * for a peer that has gone without a word. Bytes are asked for when they are wanted, so at most one delivery is held.
 */
final class BodyStream extends InputStream {
    /** What arrived: bytes, or the end with the failure that it came from, if any. */
    private record Delivery(
            List<ByteBuffer> bytes, boolean end, @Nullable Throwable failure) {}

    private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
    private final Queue<ByteBuffer> current = new ArrayDeque<>();
    private final Duration readTimeout;
    private final long deadline;
    private @Nullable AsyncBody body;
    private @Nullable Delivery end;
    private int status;

    /**
     * @param readTimeout how long to wait for the next bytes
     * @param atMost how long all of it may take
     */
    BodyStream(Duration readTimeout, Duration atMost) {
        this.readTimeout = readTimeout;
        this.deadline = System.nanoTime() + atMost.toNanos();
    }

    void deliver(List<ByteBuffer> bytes) {
        arrived.add(new Delivery(bytes, false, null));
    }

    /** To be called before the first read. */
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is delivered
    void opened(int itsStatus, AsyncBody itsBody) {
        status = itsStatus;
        body = itsBody;
        itsBody.done().whenComplete((done, failure) -> arrived.add(new Delivery(List.of(), true, failure)));
    }

    int status() {
        return status;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer next = next();
        if (next == null) {
            return -1;
        }
        int read = Math.min(length, next.remaining());
        next.get(target, offset, read);
        return read;
    }

    private @Nullable ByteBuffer next() throws IOException {
        while (true) {
            ByteBuffer next = current.peek();
            if (next != null && next.hasRemaining()) {
                return next;
            }
            if (next != null) {
                current.remove();
                continue;
            }
            Delivery delivery = end == null ? await() : end;
            if (delivery.end()) {
                end = delivery;
                if (delivery.failure() != null) {
                    throw new IOException("the connection broke", delivery.failure());
                }
                return null;
            }
            current.addAll(delivery.bytes());
        }
    }

    private Delivery await() throws IOException {
        if (body != null) {
            body.consume();
        }
        try {
            long wait = Math.min(readTimeout.toNanos(), deadline - System.nanoTime());
            Delivery delivery = arrived.poll(wait, TimeUnit.NANOSECONDS);
            if (delivery == null) {
                throw new SocketTimeoutException(
                        "no word for " + Duration.ofNanos(wait).toMillis() + " ms");
            }
            return delivery;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Breaks the connection unless all was read. */
    @Override
    public void close() {
        if (body != null) {
            body.cancel();
        }
    }
}
