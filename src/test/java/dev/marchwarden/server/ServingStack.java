package dev.marchwarden.server;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Arrays;
import java.util.stream.Stream;

/** What does the TLS and what moves the bytes: every pair that a machine may have. */
public enum ServingStack {
    BORINGSSL_EPOLL(TlsEngine.BORINGSSL, true),
    BORINGSSL_NIO(TlsEngine.BORINGSSL, false),
    JDK_EPOLL(TlsEngine.JDK, true),
    JDK_NIO(TlsEngine.JDK, false);

    private static final boolean EPOLL = epollLoads();

    private final TlsEngine engine;
    private final boolean epoll;

    ServingStack(TlsEngine engine, boolean epoll) {
        this.engine = engine;
        this.epoll = epoll;
    }

    public TlsEngine engine() {
        return engine;
    }

    public String transport() {
        return epoll ? "epoll" : "nio";
    }

    Vertx vertx() {
        return Vertx.vertx(new VertxOptions().setPreferNativeTransport(epoll).setEventLoopPoolSize(2));
    }

    /** Those that load on this machine; the last one always does. */
    public static Stream<ServingStack> available() {
        return Arrays.stream(values()).filter(stack -> stack.engine.isAvailable() && (EPOLL || !stack.epoll));
    }

    /** The one that {@code serve} would choose, and the one that works everywhere. */
    static Stream<ServingStack> bestAndLeast() {
        return Stream.of(available().findFirst().orElse(JDK_NIO), JDK_NIO).distinct();
    }

    private static boolean epollLoads() {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        try {
            return vertx.isNativeTransportEnabled();
        } finally {
            vertx.close().await();
        }
    }
}
