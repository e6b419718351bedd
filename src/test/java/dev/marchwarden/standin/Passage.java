package dev.marchwarden.standin;

import com.sun.net.httpserver.Headers;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The way of one client's requests to the HTTP listener, and of its answers back. */
final class Passage implements Closeable {
    private final Socket client;
    private final int port;
    private final ExecutorService threads;
    private volatile boolean takenBack;
    private @Nullable Socket upstream;

    Passage(Socket client, int port, ExecutorService threads) {
        this.client = client;
        this.port = port;
        this.threads = threads;
    }

    /** A request: its head, and the body that follows. */
    void pass(String head, Headers headers, InputStream in) throws IOException {
        Socket way = upstream;
        if (way == null) {
            way = new Socket(InetAddress.getLoopbackAddress(), port);
            way.setTcpNoDelay(true);
            upstream = way;
            Socket back = way;
            threads.execute(() -> answers(back));
        }
        OutputStream out = way.getOutputStream();
        out.write(PodGate.bytes(head));
        String length = headers.getFirst("Content-Length");
        if (length != null) {
            out.write(in.readNBytes(Integer.parseInt(length)));
        } else if (headers.containsKey("Transfer-Encoding")) {
            chunks(in, out);
        }
        out.flush();
    }

    private static void chunks(InputStream in, OutputStream out) throws IOException {
        while (true) {
            String line = line(in);
            out.write(PodGate.bytes(line));
            int size = Integer.parseInt(line.strip(), 16);
            out.write(in.readNBytes(size + 2));
            if (size == 0) {
                return;
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            line.append((char) next);
            if (next == '\n') {
                break;
            }
        }
        return line.toString();
    }

    private void answers(Socket from) {
        try {
            byte[] buffer = new byte[16 << 10];
            OutputStream out = client.getOutputStream();
            for (int read = from.getInputStream().read(buffer); read >= 0; ) {
                out.write(buffer, 0, read);
                out.flush();
                read = from.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // one of them has gone
        }
        if (!takenBack) {
            try {
                client.close();
            } catch (IOException e) {
                // it is gone
            }
        }
    }

    /** No more requests: the connection becomes something else. */
    void takeBack() throws IOException {
        takenBack = true;
        close();
    }

    @Override
    public void close() throws IOException {
        Socket way = upstream;
        if (way != null) {
            way.close();
        }
    }
}
