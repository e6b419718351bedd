package dev.marchwarden.service;

import dev.marchwarden.server.Trust;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** API servers that call the replicas anew all the time, each by a caBundle that it has read a while ago. */
final class HandshakeLoad {
    private static final int CLIENTS = 4;

    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    final Set<BigInteger> served = ConcurrentHashMap.newKeySet();
    final AtomicInteger handshakes = new AtomicInteger();
    private final SecretCluster cluster;
    private final List<Integer> ports;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    HandshakeLoad(SecretCluster cluster, Integer... ports) {
        this.cluster = cluster;
        this.ports = List.of(ports);
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            threads.add(Thread.ofPlatform().start(() -> run(client)));
        }
    }

    private void run(int client) {
        long lag = SecretCluster.SETTLE.toMillis() * client / (2 * CLIENTS);
        while (!over) {
            String bundle = cluster.caBundles().get(client);
            long until = System.nanoTime() + 1_000_000 * lag;
            do {
                for (int port : ports) {
                    call(port, bundle);
                }
            } while (!over && System.nanoTime() < until);
        }
    }

    private void call(int port, String bundle) {
        try {
            served.add(handshake(port, bundle).getSerialNumber());
            handshakes.incrementAndGet();
            Thread.sleep(ThreadLocalRandom.current().nextInt(1, 6));
        } catch (IOException e) {
            failures.add(port + ": " + e.getMessage() + " with " + SecretCluster.certificates(bundle).length
                    + " authorities");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is served to somebody who calls the Service and trusts these. */
    static X509Certificate handshake(int port, String bundle) throws IOException {
        SSLContext trust = Trust.in(SecretCluster.certificates(bundle));
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
                SSLSocket socket =
                        (SSLSocket) trust.getSocketFactory().createSocket(plain, SecretCluster.HOST, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    void awaitEnd() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
