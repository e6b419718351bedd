package dev.marchwarden.map;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The style sheet and the script of the page, which alone its Content-Security-Policy lets in, by their hashes. */
record PageAssets(String style, String script) {
    static PageAssets load() {
        return new PageAssets(read("map.css"), read("map.js"));
    }

    private static String read(String name) {
        try (InputStream resource = PageAssets.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("no " + name + " in the jar");
            }
            return new String(resource.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** No requests, no forms, no frames, and no script or style but these two. */
    String contentSecurityPolicy() {
        return "default-src 'none'; script-src " + source(script) + "; style-src " + source(style)
                + "; base-uri 'none'; form-action 'none'";
    }

    private static String source(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
