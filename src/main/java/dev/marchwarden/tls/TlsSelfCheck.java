package dev.marchwarden.tls;

import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.server.Readiness.Condition;
import dev.marchwarden.tls.TlsProbe.WrongCertificateException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks at intervals that a client can connect to this server and trusts what it serves. A handshake that fails is made again before it
 * counts, since the certificate may just have been replaced. No answer in time counts when it happens twice in a row: once may be load.
 */
public final class TlsSelfCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsSelfCheck.class);
    private static final Duration AGAIN_AFTER = Duration.ofMillis(250);
    private static final int SILENCES = 2;

    /** Where and how to connect. */
    public record Target(InetAddress address, IntSupplier port, Supplier<String> host) {
        /**
         * @param address where the server listens
         * @param host by which the API server calls it; asked for only where a certificate is expected
         */
        public Target {}
    }

    private final Target target;
    private final TlsProbe probe;
    private final Duration every;
    private final Supplier<@Nullable ExpectedCertificate> expected;
    private final InstantSource clock;
    private final BackgroundTask task;
    private final AtomicLong failures = new AtomicLong();
    private int silences;
    private volatile Condition condition = Condition.failing("not checked yet");

    public TlsSelfCheck(
            BackgroundTasks tasks,
            Target target,
            Duration every,
            Supplier<@Nullable ExpectedCertificate> expected,
            InstantSource clock) {
        this.target = target;
        this.probe = new TlsProbe(TlsProbe.DEADLINE, clock);
        this.every = every;
        this.expected = expected;
        this.clock = clock;
        this.task = tasks.task("TLS self-check", this::check);
    }

    /** Checks once, and from then on in the background. */
    public void start() {
        try {
            check();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        task.start();
    }

    /** What is served, or what clients trust, has changed. */
    public void wake() {
        task.wake();
    }

    private Duration check() throws InterruptedException {
        if (expected.get() == null) {
            condition = Condition.failing("no certificate is served yet");
            return every;
        }
        try {
            handshake();
        } catch (IOException first) {
            Thread.sleep(AGAIN_AFTER);
            try {
                handshake();
            } catch (WrongCertificateException e) {
                failed(String.valueOf(e.getMessage()));
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw (InterruptedException) new InterruptedException().initCause(e); // closed
                }
                silent(String.valueOf(e.getMessage()));
            }
        }
        return every;
    }

    private void handshake() throws IOException {
        ExpectedCertificate now = expected.get();
        if (now == null) {
            return;
        }
        String host = target.host().get();
        probe.check(target.address(), target.port().getAsInt(), host, now);
        silences = 0;
        if (!condition.holds() && failures.get() > 0) {
            LOG.info("TLS self-check: ok again");
        }
        condition = Condition.holding("checked for " + host + " at " + clock.instant());
    }

    private void silent(String why) {
        silences++;
        if (silences >= SILENCES || !condition.holds()) {
            failed("no handshake within " + probe.deadline().toMillis() + " ms: " + why);
        } else {
            failures.incrementAndGet();
        }
    }

    private void failed(String why) {
        failures.incrementAndGet();
        if (!condition.detail().equals(why)) {
            LOG.error("TLS self-check failed: {}", why);
        }
        condition = Condition.failing(why);
    }

    /** Checks that failed twice in a row. */
    public long failures() {
        return failures.get();
    }

    public Condition condition() {
        return condition;
    }

    @Override
    public void close() {
        task.close();
    }
}
