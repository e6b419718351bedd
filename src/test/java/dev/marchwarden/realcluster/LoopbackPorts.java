package dev.marchwarden.realcluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of 127.0.0.1, below those that systems give to connections going out: who is started again must find its port as free as it
 * left it.
 */
final class LoopbackPorts {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;
    private static final int ATTEMPTS = 100;

    private LoopbackPorts() {}

    static int free() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // somebody has it
            }
        }
        throw new IOException("no port is free between " + FROM + " and " + TO);
    }
}
