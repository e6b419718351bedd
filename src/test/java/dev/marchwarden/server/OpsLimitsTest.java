package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever reaches the port of probes and metrics can neither hold it up nor fill the memory. */
@Timeout(60)
class OpsLimitsTest {
    private final Vertx vertx = Vertx.vertx();
    private final BackgroundTasks tasks = new BackgroundTasks();
    private final Metrics metrics = new Metrics();
    private final OpsServer server = new OpsServer(vertx, new Address("127.0.0.1", 0), new Readiness(), tasks, metrics);
    private final List<Socket> opened = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server.start().await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        for (Socket socket : opened) {
            socket.close();
        }
        vertx.close().await(10, TimeUnit.SECONDS);
        metrics.close();
    }

    private Socket connect(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        opened.add(socket);
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    @Test
    void idleConnectionsMakeWayForTheKubelet() throws Exception {
        Socket oldest = connect("");
        for (int i = 0; i < OpsServer.MAX_CONNECTIONS + 20; i++) {
            connect("GET /livez HTTP/1.1\r\nHost: a\r\n"); // never ended
        }
        assertThat(ReviewClient.get(server.port(), "/livez").text()).isEqualTo("ok");
        assertThat(oldest.getInputStream().read()).as("the oldest is closed").isNegative();
    }

    @Test
    void aBodyIsRefusedAndNotRead() throws Exception {
        assertThat(answer(connect("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")))
                .startsWith("HTTP/1.1 413 ");
        assertThat(answer(connect("GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void longLinesAndHeadersAreRefused() throws Exception {
        assertThat(answer(connect("GET /livez?" + "a".repeat(2_000) + " HTTP/1.1\r\nHost: a\r\n\r\n")))
                .contains(" 414 ");
        assertThat(answer(connect("GET /livez HTTP/1.1\r\nHost: a\r\nA: " + "a".repeat(5_000) + "\r\n\r\n")))
                .contains(" 431 ");
    }

    @Test
    void aDeadBackgroundTaskEndsTheProbeOfLife() throws Exception {
        BackgroundTask task = tasks.task("watch of namespaces", () -> {
            throw new StackOverflowError();
        });
        assertThat(ReviewClient.get(server.port(), "/livez").status()).isEqualTo(200);
        task.start();
        Reply reply = ReviewClient.get(server.port(), "/livez");
        while (reply.status() == 200) {
            Thread.sleep(10);
            reply = ReviewClient.get(server.port(), "/livez");
        }
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.text()).contains("watch of namespaces");
    }
}
