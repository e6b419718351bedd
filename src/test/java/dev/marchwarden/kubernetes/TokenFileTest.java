package dev.marchwarden.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kubelet replaces the token of a pod while the pod runs. */
class TokenFileTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void aRotatedTokenIsReadWithinAMinute(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "first\n");
        TokenFile token = new TokenFile(file, now::get);
        assertThat(token.getToken()).isEqualTo("first");
        Files.writeString(file, "second\n");
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(token.getToken()).isEqualTo("second");
        Files.delete(file);
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(token.getToken()).isEqualTo("second");
    }

    @Test
    void aPodUsesItsServiceAccount(@TempDir Path directory) throws Exception {
        assertThat(ClusterConfig.ofPod("10.0.0.1", "443", directory)).isNull();
        Files.writeString(directory.resolve("token"), "pod");
        Files.writeString(directory.resolve("ca.crt"), "");
        ClusterConfig config = requireNonNull(ClusterConfig.ofPod("fd00::1", "443", directory));
        assertThat(config.server()).isEqualTo("https://[fd00::1]:443");
        assertThat(config.config().getOauthTokenProvider().getToken()).isEqualTo("pod");
    }
}
