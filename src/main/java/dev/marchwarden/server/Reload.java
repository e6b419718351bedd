package dev.marchwarden.server;

import dev.marchwarden.server.Readiness.Condition;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files every now and then, and takes what is in them into use when they have changed and are good. What is bad is said once, in
 * the log and in a counter, and until it is fixed in the readiness report; what was in use stays in use. It is tried again each time,
 * for it may become good without a change: a certificate that is not valid yet, a disk that failed for a moment.
 *
 * <p>Looking is enough: a ConfigMap or Secret takes longer to reach a pod than we to notice, and file events do not work on all volumes.
 */
public final class Reload<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private static final int BUFFER = 16 << 10;

    private final String what;
    private final List<Path> files;
    private final Callable<T> read;
    private final Function<T, Future<Void>> use;
    private final Counter failures;

    /** Digest of what was last looked at. Nothing at first: what changed between the start and the first look is not to be missed. */
    private byte[] seen = {};

    private volatile boolean said;
    private volatile boolean closed;
    private volatile boolean failing;

    /**
     * @param what is reloaded, for people
     * @param files whose change is looked for; of a directory, the files in it
     * @param read parses them; blocking
     * @param use takes a good version into use
     */
    public Reload(String what, List<Path> files, Callable<T> read, Function<T, Future<Void>> use, Counter failures) {
        this.what = what;
        this.files = List.copyOf(files);
        this.read = read;
        this.use = use;
        this.failures = failures;
    }

    /** Starts looking. */
    public void every(Vertx vertx, Duration interval) {
        vertx.setTimer(interval.toMillis(), time -> {
            if (!closed) {
                vertx.executeBlocking(this::readIfChanged)
                        .compose(fresh -> fresh == null ? Future.succeededFuture() : use(fresh))
                        .onFailure(this::failed)
                        .onComplete(done -> every(vertx, interval));
            }
        });
    }

    /** Stops looking; to be called before Vert.x is closed, which takes no more work then. */
    @Override
    public void close() {
        closed = true;
    }

    /** Good whatever happens: it is the last good version that is in use. */
    public Condition condition() {
        return Condition.holding(
                failing ? "the last good one is in use; the log says what is wrong with the new one" : "up to date");
    }

    private @Nullable T readIfChanged() throws Exception {
        byte[] digest = digest();
        if (!Arrays.equals(digest, seen)) {
            seen = digest;
            said = false;
        } else if (!failing) {
            return null;
        }
        return read.call();
    }

    private Future<Void> use(T fresh) {
        return use.apply(fresh).onSuccess(done -> {
            failing = false;
            LOG.info("{} reloaded", what);
        });
    }

    private void failed(Throwable cause) {
        failing = true;
        if (said) {
            return;
        }
        said = true;
        failures.increment();
        LOG.error("{} not reloaded, the last good one stays in use: {}", what, explanation(cause));
    }

    /** Java's message for a file that is missing or not ours to read is its path and nothing else. */
    private static String explanation(Throwable cause) {
        return cause instanceof FileSystemException failed && failed.getReason() == null
                ? failed.getMessage() + " cannot be read (" + failed.getClass().getSimpleName() + ")"
                : String.valueOf(cause.getMessage());
    }

    /**
     * Of all of them, one behind the other, and those in directories; a file that cannot be read counts as empty, and reading it will say why.
     * A cluster's namespaces are megabytes, which are not to be held just to be compared.
     */
    private byte[] digest() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[BUFFER];
        for (Path path : files) {
            try (Stream<Path> within = Files.walk(path)) {
                for (Path file : within.filter(Files::isRegularFile).sorted().toList()) {
                    try (InputStream in = Files.newInputStream(file)) {
                        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                            digest.update(buffer, 0, read);
                        }
                    }
                    digest.update((byte) '\n');
                }
            } catch (IOException | UncheckedIOException e) {
                digest.update((byte) 0);
            }
        }
        return digest.digest();
    }
}
