package dev.marchwarden.standin.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One POST over TLS and HTTP/1.1 to a port of the loopback, with the name of another host in the handshake, the check of the certificate and
 * the Host header; which is what the JDK's clients cannot do.
 */
record HttpsPost(String host, int port, int localPort, SSLContext trust, Duration timeout) {
    /** What came back. */
    record Answer(int status, String body) {}

    Answer send(String target, byte[] body) throws IOException {
        try (Socket plain = new Socket()) {
            int millis = (int) timeout.toMillis();
            plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort), millis);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(millis);
            try (SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket(plain, host, port, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                parameters.setApplicationProtocols(new String[] {"http/1.1"});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                OutputStream out = socket.getOutputStream();
                String head = "POST " + target + " HTTP/1.1\r\nHost: " + host + ":" + port
                        + "\r\nUser-Agent: kube-apiserver-admission\r\nContent-Length: " + body.length
                        + "\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.writeBytes(head.getBytes(ISO_8859_1));
                all.writeBytes(body);
                out.write(all.toByteArray());
                out.flush();
                return read(new BufferedInputStream(socket.getInputStream()));
            }
        }
    }

    private static Answer read(InputStream in) throws IOException {
        String[] status = line(in).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new IOException("malformed HTTP response");
        }
        int length = -1;
        boolean chunked = false;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String[] parts = header.toLowerCase(Locale.ROOT).split(":", 2);
            if (parts[0].equals("content-length")) {
                length = Integer.parseInt(parts[1].strip());
            } else if (parts[0].equals("transfer-encoding")) {
                chunked = parts[1].contains("chunked");
            }
        }
        byte[] body = chunked ? chunks(in) : length < 0 ? in.readAllBytes() : in.readNBytes(length);
        if (length > body.length) {
            throw new EOFException("unexpected EOF");
        }
        return new Answer(Integer.parseInt(status[1]), new String(body, UTF_8));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunk(in); size > 0; size = chunk(in)) {
            body.writeBytes(in.readNBytes(size));
            line(in);
        }
        return body.toByteArray();
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("EOF");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
