package dev.marchwarden.cluster;

import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket into a pod, for a thread that may wait. Messages are binary, and the first byte of each says which channel it belongs to
 * (kubernetes: k8s.io/streaming, httpstream/wsstream). The next one is asked for when the last one has been taken, so at most one is held.
 */
final class PodSocket implements WebSocket.Listener, AutoCloseable {
    private static final int NORMAL = 1000;
    private static final int NO_CODE = 1005;
    private static final Duration LEAVE = Duration.ofSeconds(1);

    record Message(int channel, ByteBuffer content) {}

    /** What arrived: bytes, or the end with the failure that it came from, if any. */
    private record Arrival(
            @Nullable ByteBuffer bytes, @Nullable IOException failure) {}

    private final BlockingQueue<Arrival> arrived = new LinkedBlockingQueue<>();
    private final Deadline deadline;
    private volatile @Nullable WebSocket socket;
    private volatile boolean closed;
    private volatile boolean ended;
    private boolean askedForNext = true;
    private @Nullable Arrival end;

    private PodSocket(Deadline deadline) {
        this.deadline = deadline;
    }

    /** @throws UpgradeRefusedException where something else than a WebSocket is answered */
    static PodSocket open(ApiServer api, String path, String protocol, Deadline deadline) throws IOException {
        PodSocket opened = new PodSocket(deadline);
        opened.socket = api.upgrade(path, protocol, opened, deadline);
        return opened;
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened; // the first message may come before the handshake's future has told us
    }

    @Override
    public void onMessage(WebSocket from, ByteBuffer bytes) {
        if (closed) {
            from.request(); // what was under way is in front of the other side's close
        } else {
            arrived.add(new Arrival(bytes, null));
        }
    }

    @Override
    public void onMessage(WebSocket from, String text) {
        arrived.add(new Arrival(null, new IOException("text on a connection that carries bytes")));
    }

    @Override
    public void onClose(WebSocket from, int code, String reason) {
        ended = true;
        boolean expected = code == NORMAL || code == NO_CODE;
        arrived.add(
                new Arrival(null, expected ? null : new IOException("the connection broke, WebSocket code " + code)));
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        ended = true;
        arrived.add(new Arrival(null, new IOException("the connection broke", error)));
    }

    /** Null once the other side has said that there is no more. */
    @Nullable
    Message next() throws IOException {
        while (true) {
            Arrival arrival = end == null ? await() : end;
            ByteBuffer bytes = arrival.bytes();
            if (bytes == null) {
                end = arrival;
                if (arrival.failure() != null) {
                    throw arrival.failure();
                }
                return null;
            }
            askedForNext = false;
            if (bytes.hasRemaining()) {
                return new Message(bytes.get() & 0xff, bytes);
            }
        }
    }

    private Arrival await() throws IOException {
        WebSocket open = socket;
        if (!askedForNext && open != null) {
            askedForNext = true;
            open.request();
        }
        try {
            Arrival arrival = arrived.poll(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            if (arrival == null) {
                throw deadline.over();
            }
            return arrival;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Where this fails, the next message is the failure. */
    void send(int channel, byte[] content) {
        WebSocket open = socket;
        ByteBuffer message = ByteBuffer.allocate(content.length + 1);
        message.put((byte) channel).put(content).flip();
        if (open != null) {
            open.send(message);
        }
    }

    /** For when all has been said: the other side is about to close, and two that close at once get in each other's way. */
    void awaitEnd() {
        long end = System.nanoTime() + LEAVE.toNanos();
        try {
            while (!ended && System.nanoTime() < end) {
                WebSocket open = socket;
                if (!askedForNext && open != null) {
                    askedForNext = true;
                    open.request();
                }
                Arrival arrival = arrived.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                askedForNext = arrival == null || arrival.bytes() == null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        WebSocket open = socket;
        if (open != null && !ended) {
            open.sendClose(NORMAL, null);
        }
    }
}
