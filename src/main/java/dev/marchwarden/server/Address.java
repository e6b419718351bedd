package dev.marchwarden.server;

/**
 * Where to listen.
 *
 * @param host a name or a literal address, without brackets
 * @param port 0 for any that is free
 */
public record Address(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** Reads {@code HOST:PORT} or {@code [IPV6]:PORT}. */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0) {
            String host = text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.contains(":")) {
                throw notAnAddress(text);
            }
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                if (!host.isEmpty() && port >= 0 && port <= MAX_PORT) {
                    return new Address(host, port);
                }
            } catch (NumberFormatException e) {
                throw notAnAddress(text);
            }
        }
        throw notAnAddress(text);
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is no address (expected: HOST:PORT, for example 0.0.0.0:8443, or [::]:8443)");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
