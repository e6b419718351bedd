package dev.marchwarden.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** One keep-alive connection with at most one request on it. Reads no more of an answer than its status and its length. */
@SuppressWarnings("FutureReturnValueIgnored") // whatever fails comes to exceptionCaught or channelInactive
final class LoadConnection extends SimpleChannelInboundHandler<ByteBuf> {
    /** Who is told of answers. Called on the event loop. */
    interface Listener {
        void answered(LoadConnection connection, long intended);

        void failed(Throwable cause);
    }

    private static final int MAX_HEAD = 4_096;

    private final byte[] head = new byte[MAX_HEAD];
    private int headLength;
    private int bodyLeft = -1;
    private int bodyRead;
    private @Nullable Channel channel;
    private @Nullable Listener listener;
    private long intended;
    private LoadRequest request = LoadRequest.NONE;

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        channel = context.channel();
        super.channelActive(context);
    }

    /** @param intendedTime when it should have been sent, which the listener gets back */
    void send(LoadRequest itsRequest, long intendedTime, Listener itsListener) {
        listener = itsListener;
        intended = intendedTime;
        request = itsRequest;
        if (channel == null || !channel.isActive()) {
            fail(new IOException("the connection is closed"));
        } else {
            channel.writeAndFlush(request.bytes().retainedDuplicate(), channel.voidPromise());
        }
    }

    /** What the server has shown at the handshake. */
    X509Certificate certificate() throws SSLPeerUnverifiedException {
        SslHandler tls = Objects.requireNonNull(channel).pipeline().get(SslHandler.class);
        return (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) throws IOException {
        while (bytes.isReadable() && bodyLeft < 0) {
            if (headLength == MAX_HEAD) {
                throw new IOException("an answer with a head longer than " + MAX_HEAD);
            }
            head[headLength++] = bytes.readByte();
            if (isHeadComplete()) {
                bodyLeft = bodyLength();
                bodyRead = 0;
            }
        }
        int more = Math.min(bytes.readableBytes(), Math.max(0, bodyLeft));
        compare(bytes, more);
        bytes.skipBytes(more);
        bodyLeft -= more;
        if (bodyLeft == 0) {
            headLength = 0;
            bodyLeft = -1;
            Listener told = listener;
            listener = null;
            if (told != null) {
                told.answered(this, intended);
            }
        }
    }

    /** As far as the beginning of the answer is known beforehand. */
    private void compare(ByteBuf bytes, int count) throws IOException {
        ByteBuf expected = request.answer();
        for (int i = 0; i < count && bodyRead < expected.readableBytes(); i++, bodyRead++) {
            if (bytes.getByte(bytes.readerIndex() + i) != expected.getByte(bodyRead)) {
                throw new IOException(
                        "unexpected answer: " + bytes.toString(bytes.readerIndex(), Math.min(count, MAX_HEAD), UTF_8));
            }
        }
    }

    void close() {
        if (channel != null) {
            channel.close();
        }
    }

    private boolean isHeadComplete() {
        return headLength > 3
                && head[headLength - 1] == '\n'
                && head[headLength - 2] == '\r'
                && head[headLength - 3] == '\n';
    }

    private int bodyLength() throws IOException {
        String text = new String(head, 0, headLength, US_ASCII).toLowerCase(Locale.ROOT);
        int field = text.indexOf("content-length:");
        if (!text.startsWith("http/1.1 200") || field < 0) {
            throw new IOException(
                    "unexpected answer: " + text.lines().findFirst().orElse(""));
        }
        return Integer.parseInt(
                text.substring(field + 15, text.indexOf('\r', field)).strip());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(new IOException("the server closed a connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(cause);
        context.close();
    }

    private void fail(Throwable cause) {
        Listener told = listener;
        listener = null;
        if (told != null) {
            told.failed(cause);
        }
    }
}
