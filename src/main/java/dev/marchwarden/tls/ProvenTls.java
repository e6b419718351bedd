package dev.marchwarden.tls;

import dev.marchwarden.server.Readiness.Condition;
import dev.marchwarden.tls.TlsProbe.WrongCertificateException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a client gets through to what we believe to serve, proved every so often. A handshake that fails is made again before it counts,
 * for the certificate may just have been replaced; and that nobody answers in time counts when it happens twice in a row, for that is load.
 */
public final class ProvenTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProvenTls.class);
    private static final Duration AGAIN_AFTER = Duration.ofMillis(250);
    private static final int SILENCES = 2;

    private final TlsProbe probe;
    private final InetAddress address;
    private final IntSupplier port;
    private final Duration every;
    private final Supplier<String> host;
    private final Supplier<@Nullable Expectation> expected;
    private final Rounds rounds = new Rounds("tls-probe", this::prove);
    private final AtomicLong failures = new AtomicLong();
    private int silences;
    private volatile Condition condition = Condition.failing("not proved yet");

    /**
     * @param address where we listen
     * @param host by which the API server calls us; asked for only where something is expected
     */
    public ProvenTls(
            InetAddress address,
            IntSupplier port,
            Duration every,
            Supplier<String> host,
            Supplier<@Nullable Expectation> expected) {
        this.probe = TlsProbe.DEFAULT;
        this.address = address;
        this.port = port;
        this.every = every;
        this.host = host;
        this.expected = expected;
    }

    /** Proves it once, and from then on in the background. */
    public void start() {
        prove();
        rounds.start();
    }

    /** What is served, or what clients trust, has changed. */
    public void wake() {
        rounds.wake();
    }

    private Duration prove() {
        if (expected.get() == null) {
            condition = Condition.failing("nothing to prove: no certificate is served");
            return every;
        }
        try {
            handshake();
        } catch (IOException first) {
            try {
                Thread.sleep(AGAIN_AFTER);
                handshake();
            } catch (WrongCertificateException e) {
                failed(String.valueOf(e.getMessage()));
            } catch (IOException e) {
                silent(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return every;
    }

    private void handshake() throws IOException {
        Expectation now = expected.get();
        if (now == null) {
            return;
        }
        probe.check(address, port.getAsInt(), host.get(), now);
        silences = 0;
        if (!condition.holds() && failures.get() > 0) {
            LOG.info("TLS is proved again");
        }
        condition = Condition.holding("proved for " + host.get() + " at " + Instant.now());
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
            LOG.error("TLS is not proved: {}", why);
        }
        condition = Condition.failing(why);
    }

    /** Handshakes of ours that did not come about, twice in a row. */
    public long failures() {
        return failures.get();
    }

    public Condition condition() {
        return condition;
    }

    @Override
    public void close() {
        rounds.close();
    }
}
