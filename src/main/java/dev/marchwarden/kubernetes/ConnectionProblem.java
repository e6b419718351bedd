package dev.marchwarden.kubernetes;

import dev.marchwarden.text.Quoted;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection failed, in words.
 *
 * @param cause what is wrong
 * @param fix what to do about it
 */
public record ConnectionProblem(String cause, String fix) {
    private static final int MAX_TEXT = 200;
    private static final String SERVER = "check the server address (and proxy-url, if any) in the kubeconfig";
    private static final String AUTHORITY = "check certificate-authority-data in the kubeconfig";

    /** The first exception in the chain of causes that is understood decides. */
    public static ConnectionProblem of(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable each = thrown; each != null && !chain.contains(each); each = each.getCause()) {
            chain.add(each);
        }
        // The deepest cause says most: a handshake that failed is caused by the certificate that has expired.
        for (Throwable each : chain.reversed()) {
            ConnectionProblem known = known(each);
            if (known != null) {
                return known;
            }
        }
        return new ConnectionProblem(
                "no connection: " + plain(chain), SERVER + ", and that it can be reached from here");
    }

    private static @Nullable ConnectionProblem known(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        return switch (thrown) {
            case CertificateExpiredException e ->
                new ConnectionProblem(
                        "the API server's certificate has expired (" + plain(message.replace("NotAfter: ", "on "))
                                + ")",
                        "renew the certificate, or check this machine's clock");
            case CertificateNotYetValidException e ->
                new ConnectionProblem(
                        "the API server's certificate is not valid yet ("
                                + plain(message.replace("NotBefore: ", "from ")) + ")",
                        "check this machine's clock");
            case CertPathBuilderException e ->
                new ConnectionProblem(
                        "the API server's certificate is signed by an unknown certificate authority", AUTHORITY);
            case SSLException e -> tls(lower);
            case UnresolvedAddressException e -> noSuchHost();
            case UnknownHostException e -> noSuchHost();
            case NoRouteToHostException e -> new ConnectionProblem("no route to the host", SERVER);
            case SocketTimeoutException e -> timeout();
            case HttpTimeoutException e -> timeout();
            case TimeoutException e -> timeout();
            case InterruptedIOException e -> new ConnectionProblem("interrupted", "run the command again");
            case ConnectException e ->
                lower.contains("timed out")
                        ? timeout()
                        : new ConnectionProblem("connection refused", SERVER + ", and that the API server runs");
            case EOFException e -> closed();
            case SocketException e -> closed();
            default -> known(lower);
        };
    }

    private static @Nullable ConnectionProblem tls(String message) {
        if (message.contains("plaintext") || message.contains("unrecognized ssl message")) {
            return new ConnectionProblem("the server speaks plain text, not TLS", "use http:// or another port");
        }
        if (message.contains("certificate_required")) {
            return new ConnectionProblem(
                    "the API server asks for a client certificate",
                    "use a kubeconfig whose user has client-certificate and client-key");
        }
        if (message.contains("bad_certificate")) {
            return new ConnectionProblem("the API server refuses the client certificate", "log in again");
        }
        return known(message);
    }

    /** What the JDK tells by messages alone. */
    private static @Nullable ConnectionProblem known(String message) {
        if (message.contains("no subject alternative") || message.contains("no name matching")) {
            return new ConnectionProblem(
                    "the API server's certificate is for another host name",
                    "use a server address that is in the certificate");
        }
        if (message.contains("tunnel failed") || message.contains("proxy authentication")) {
            return new ConnectionProblem(
                    "the proxy does not connect to the server (" + plain(message) + ")",
                    "check proxy-url in the kubeconfig, and that the proxy permits this server");
        }
        if (message.contains("unable to find valid certification path") || message.contains("path does not chain")) {
            return new ConnectionProblem(
                    "the API server's certificate is signed by an unknown certificate authority", AUTHORITY);
        }
        return message.contains("header parser received no bytes") || message.contains("eof reached") ? closed() : null;
    }

    private static ConnectionProblem noSuchHost() {
        return new ConnectionProblem("no such host", SERVER + ", and this machine's DNS");
    }

    private static ConnectionProblem timeout() {
        return new ConnectionProblem(
                "no answer in time", SERVER + ", and that a firewall does not drop the connection");
    }

    private static ConnectionProblem closed() {
        return new ConnectionProblem("the server closed the connection", "run the command again; " + SERVER);
    }

    /** The deepest message, without the name of a class. */
    private static String plain(List<Throwable> chain) {
        return chain.reversed().stream()
                .map(Throwable::getMessage)
                .filter(message -> message != null && !message.isBlank())
                .findFirst()
                .map(ConnectionProblem::plain)
                .orElse("unknown cause");
    }

    private static String plain(String message) {
        String first = message.lines().findFirst().orElse("");
        return Quoted.bare(first.replaceAll("\\b(?:[a-z][a-z0-9]*\\.){2,}[A-Z]\\w*:? ?", ""), MAX_TEXT);
    }
}
