package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import dev.marchwarden.standin.store.StatusException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request for a connection into a pod.
 *
 * @param kind {@code exec} or {@code portforward}
 */
record Upgrade(String kind, String namespace, String pod, Map<String, List<String>> query, Headers headers) {

    /** Null for any other request. */
    static @Nullable Upgrade of(String path, Headers headers) {
        String[] parts = path.split("\\?", 2);
        String[] steps = parts[0].split("/");
        if (steps.length != 8 || !parts[0].startsWith("/api/v1/namespaces/") || !steps[5].equals("pods")) {
            return null;
        }
        String upgrade = headers.getFirst("Upgrade");
        if (!List.of("exec", "portforward").contains(steps[7])
                || upgrade == null
                || !upgrade.toLowerCase(Locale.ROOT).equals("websocket")) {
            return null;
        }
        Map<String, List<String>> query = new TreeMap<>();
        for (String each : parts.length < 2 ? new String[0] : parts[1].split("&")) {
            String[] pair = (each + "=").split("=", 3);
            query.computeIfAbsent(pair[0], none -> new ArrayList<>()).add(URLDecoder.decode(pair[1], UTF_8));
        }
        return new Upgrade(steps[7], steps[4], steps[6], query, headers);
    }

    String first(String parameter) {
        return query.getOrDefault(parameter, List.of("")).getFirst();
    }

    /** The first that the client asks for of those that are spoken here; null where it is none of them. */
    @Nullable
    String protocol(List<String> spoken) {
        return headers.getOrDefault("Sec-WebSocket-Protocol", List.of()).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .filter(spoken::contains)
                .findFirst()
                .orElse(null);
    }

    /** As the API server refuses: before it upgrades, in JSON. */
    static void refuse(OutputStream out, StatusException no) throws IOException {
        byte[] body = no.status().toString().getBytes(UTF_8);
        refuse(out, no.code(), "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n", body);
    }

    /** As the node's server refuses a protocol: without a word. */
    static void refuseProtocol(OutputStream out) throws IOException {
        refuse(out, 403, "", new byte[0]);
    }

    /** As a kubelet refuses: in plain text. */
    static void refuse(OutputStream out, int code, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        refuse(out, code, "Content-Type: text/plain\r\nContent-Length: " + body.length + "\r\n", body);
    }

    private static void refuse(OutputStream out, int code, String headers, byte[] body) throws IOException {
        out.write(("HTTP/1.1 " + code + " no\r\n" + headers + "\r\n").getBytes(ISO_8859_1));
        out.write(body);
        out.flush();
    }
}
