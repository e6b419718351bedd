package dev.marchwarden.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A token that is replaced while it is in use, as the kubelet does with a service account's well before it expires. */
final class TokenFile implements OAuthTokenProvider {
    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);

    /** As long as client-go goes by what it has read. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Path file;
    private final LongSupplier nanoTime;
    private String token = "";
    private long readAt;

    TokenFile(Path file, LongSupplier nanoTime) {
        this.file = file;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized String getToken() {
        long now = nanoTime.getAsLong();
        if (token.isEmpty() || now - readAt > FRESH.toNanos()) {
            try {
                token = Files.readString(file, UTF_8).strip();
                readAt = now;
            } catch (IOException e) {
                LOG.error("the token cannot be read, the last one stays in use: {}", e.getMessage());
            }
        }
        return token;
    }
}
