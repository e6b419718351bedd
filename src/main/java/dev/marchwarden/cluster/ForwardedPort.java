package dev.marchwarden.cluster;

import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a port inside of a pod, without a port of this machine. Each channel begins with the port's number in two bytes
 * (kubernetes: k8s.io/cri-streaming, portforward/websocket.go), and the one for errors has a text if nobody listens there.
 */
final class ForwardedPort extends InputStream {
    static final String PROTOCOL = "v4.channel.k8s.io";

    private static final int DATA = 0;
    private static final int ERROR = 1;
    private static final int NUMBER = 2;

    private final PodSocket socket;
    private final int[] numberLeft = {NUMBER, NUMBER};
    private @Nullable ByteBuffer current;

    ForwardedPort(PodSocket socket) {
        this.socket = socket;
    }

    /** Where this fails, reading tells why: nobody listens, and the other side has said so and gone. */
    void write(byte[] bytes) {
        socket.send(DATA, bytes);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (current == null || !current.hasRemaining()) {
            PodSocket.Message message = socket.next();
            if (message == null) {
                return -1;
            }
            current = content(message);
        }
        int read = Math.min(length, current.remaining());
        current.get(target, offset, read);
        return read;
    }

    private @Nullable ByteBuffer content(PodSocket.Message message) throws IOException {
        int channel = message.channel();
        if (channel != DATA && channel != ERROR) {
            return null;
        }
        ByteBuffer content = message.content();
        while (numberLeft[channel] > 0 && content.hasRemaining()) {
            content.get();
            numberLeft[channel]--;
        }
        if (channel == DATA) {
            return content;
        }
        if (content.hasRemaining()) {
            socket.awaitEnd();
            throw new IOException("it cannot be reached: "
                    + Quoted.line(StandardCharsets.UTF_8.decode(content).toString(), PodConnections.SHOWN));
        }
        return null;
    }

    void awaitEnd() {
        socket.awaitEnd();
    }

    @Override
    public void close() {
        socket.close();
    }
}
