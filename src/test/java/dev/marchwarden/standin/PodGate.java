package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.Headers;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.ResourceTable;
import dev.marchwarden.standin.store.StatusException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * In front of the HTTP listener, which knows no upgrades: takes the connections into pods, and hands on all other requests as they are.
 */
final class PodGate implements Closeable {
    /** What a gate needs to know, and who answers. */
    record Backing(ResourceTable table, ObjectStore store, Users users, Faults faults, Kubelets kubelets) {}

    private final Backing backing;
    private final ExecutorService threads;
    private final ServerSocket server;
    private final int behind;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** @param behind where the HTTP listener is */
    PodGate(Backing backing, int port, @Nullable SSLContext tls, int behind, ExecutorService threads) {
        this.backing = backing;
        this.threads = threads;
        this.behind = behind;
        try {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            this.server = tls == null
                    ? new ServerSocket(port, 50, loopback)
                    : tls.getServerSocketFactory().createServerSocket(port, 50, loopback);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Passage passage = new Passage(client, behind, threads)) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            while (true) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                String[] lines = head.split("\r\n");
                Headers headers = new Headers();
                for (int i = 1; i < lines.length; i++) {
                    String[] pair = lines[i].split(":", 2);
                    headers.add(pair[0], pair[1].strip());
                }
                Upgrade upgrade = Upgrade.of(lines[0].split(" ")[1], headers);
                if (upgrade != null) {
                    passage.takeBack();
                    upgrade(upgrade, in, client.getOutputStream());
                    return;
                }
                passage.pass(head, headers, in);
            }
        } catch (IOException e) {
            // the client has gone, or all are to go
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    /** Up to the empty line, and with it; empty at the end. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (next == '\n'
                    && head.length() >= 4
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    private void upgrade(Upgrade upgrade, InputStream in, OutputStream out) throws IOException, InterruptedException {
        try {
            backing.users().of(upgrade.headers());
            backing.faults().before(Call.CONNECT, "pods/" + upgrade.kind());
            Connection.admit(backing, upgrade);
        } catch (StatusException e) {
            Upgrade.refuse(out, e);
            return;
        }
        String protocol = upgrade.protocol(backing.kubelets().protocols(upgrade));
        if (protocol == null) {
            Upgrade.refuseProtocol(out);
            return;
        }
        backing.kubelets().serve(upgrade, protocol, WebSocketPeer.accept(in, out, upgrade.headers(), protocol));
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
