package dev.marchwarden.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests over TLS, as cheaply as we know how, for it shares the machine with what it measures: one thread, BoringSSL and epoll where
 * they load, bytes made beforehand.
 */
final class LoadClient implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final SslContext tls;

    LoadClient(Path authority) throws Exception {
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, io);
        loop = group.next();
        tls = SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .trustManager(authority.toFile())
                .protocols("TLSv1.3")
                .build();
    }

    /** Opens connections, handshakes done. */
    List<LoadConnection> connect(int port, int count) throws Exception {
        List<LoadConnection> connections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            LoadConnection connection = new LoadConnection();
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel opened) {
                            opened.pipeline().addLast(tls.newHandler(opened.alloc(), "localhost", port), connection);
                        }
                    })
                    .connect("127.0.0.1", port)
                    .sync()
                    .channel();
            Future<Channel> handshake = channel.pipeline().get(SslHandler.class).handshakeFuture();
            handshake.sync();
            connections.add(connection);
        }
        return connections;
    }

    /** Each connection sends its next request once its last one is answered. */
    LoadResult closed(List<LoadConnection> connections, LoadRequest request, long nanos) throws Exception {
        return run(new LoadRun(loop, connections, List.of(request), nanos, 0));
    }

    /** Requests are due at a fixed rate, whether or not the last ones have been answered. */
    LoadResult open(List<LoadConnection> connections, LoadRequest request, long nanos, double perSecond)
            throws Exception {
        return run(new LoadRun(loop, connections, List.of(request), nanos, perSecond));
    }

    /** The same with several requests in turns; does not wait for the end. */
    CompletableFuture<LoadResult> begin(
            List<LoadConnection> connections, List<LoadRequest> requests, long nanos, double perSecond) {
        return new LoadRun(loop, connections, requests, nanos, perSecond).start();
    }

    private static LoadResult run(LoadRun run) throws Exception {
        return run.start().get(run.seconds() + 30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
