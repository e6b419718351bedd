package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The server's end of a WebSocket (RFC 6455) whose binary messages begin with the number of a channel, one frame each. */
final class WebSocketPeer {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final byte[] NORMAL = {0x03, (byte) 0xe8};

    private final DataInputStream in;
    private final OutputStream out;

    private WebSocketPeer(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    static WebSocketPeer accept(InputStream in, OutputStream out, Headers headers, String protocol) throws IOException {
        String key = headers.getFirst("Sec-WebSocket-Key");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(UTF_8));
            out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest)
                            + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            out.flush();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return new WebSocketPeer(in, out);
    }

    synchronized void send(int channel, byte[] content) throws IOException {
        byte[] message = new byte[content.length + 1];
        message[0] = (byte) channel;
        System.arraycopy(content, 0, message, 1, content.length);
        frame(BINARY, message);
    }

    /** Says that there is no more. */
    synchronized void close() throws IOException {
        frame(CLOSE, NORMAL);
    }

    private void frame(int opcode, byte[] payload) throws IOException {
        out.write(0x80 | opcode);
        if (payload.length < 126) {
            out.write(payload.length);
        } else if (payload.length < 1 << 16) {
            out.write(126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >> shift));
            }
        }
        out.write(payload);
        out.flush();
    }

    /** The next message with its channel; null once the client has closed. */
    byte @Nullable [] receive() throws IOException {
        while (true) {
            try {
                int opcode = in.readUnsignedByte() & 0x0f;
                int size = in.readUnsignedByte() & 0x7f;
                long length = size == 126 ? in.readUnsignedShort() : size == 127 ? in.readLong() : size;
                byte[] mask = in.readNBytes(4);
                byte[] payload = in.readNBytes(Math.toIntExact(length));
                for (int i = 0; i < payload.length; i++) {
                    payload[i] ^= mask[i % 4];
                }
                if (opcode == CLOSE) {
                    return null;
                }
                if (opcode == BINARY) {
                    return payload;
                }
            } catch (EOFException e) {
                return null;
            }
        }
    }

    static byte[] withoutChannel(byte[] message) {
        return Arrays.copyOfRange(message, 1, message.length);
    }
}
