package dev.marchwarden.cluster;

import java.io.IOException;

/** An answer in the place of a WebSocket: the API server's no, or that of the kubelet behind it. */
final class UpgradeRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String body;

    UpgradeRefusedException(int status, String body) {
        super("HTTP " + status);
        this.status = status;
        this.body = body;
    }

    int status() {
        return status;
    }

    /** A Status in JSON where it is the API server's, text where it is a kubelet's; empty where there is none. */
    String body() {
        return body;
    }
}
