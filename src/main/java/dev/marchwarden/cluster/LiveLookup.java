package dev.marchwarden.cluster;

import dev.marchwarden.cluster.ApiServer.Reply;
import dev.marchwarden.cluster.NamespaceStream.Found;
import dev.marchwarden.policy.ClusterUnknownException;
import dev.marchwarden.policy.NamespaceLookup;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.text.DnsName;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Asks the API server for a namespace that the snapshot does not know. Those who want to know the same wait for one answer, and there
 * is a limit to how many are waited for. Nothing is kept: the watch brings it soon, and an answer that there is no such namespace may be wrong a
 * moment later.
 */
final class LiveLookup implements NamespaceLookup {
    private static final Pattern NAME = Pattern.compile(DnsName.LABEL);
    private static final int MOST_AT_ONCE = 32;

    private final ApiServer api;
    private final Supplier<NamespaceSnapshot> latest;
    private final Set<String> guardedLabels;
    private final Duration deadline;
    private final Semaphore slots = new Semaphore(MOST_AT_ONCE);
    private final Map<String, CompletableFuture<Optional<NamespaceState>>> inFlight = new ConcurrentHashMap<>();
    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();

    LiveLookup(ApiServer api, Supplier<NamespaceSnapshot> latest, Set<String> guardedLabels, Duration deadline) {
        this.api = api;
        this.latest = latest;
        this.guardedLabels = guardedLabels;
        this.deadline = deadline;
    }

    long asked() {
        return asked.sum();
    }

    long failed() {
        return failed.sum();
    }

    @Override
    public CompletionStage<Namespaces> knowing(String name, Namespaces seen) {
        if (!NAME.matcher(name).matches()) {
            return CompletableFuture.completedFuture(seen); // no namespace can be called that
        }
        return look(name, true)
                .copy()
                .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .handle((found, thrown) -> {
                    if (thrown != null) {
                        failed.increment();
                        throw new ClusterUnknownException("namespace \"" + name
                                + "\" is not known yet and cannot be looked up: " + ApiServer.why(thrown));
                    }
                    // The answer is as of now; what the watch has brought meanwhile may be older.
                    return found.isPresent() ? latest.get().with(found.get()) : seen;
                });
    }

    /**
     * @param first whoever joins somebody else's look does not take its word that there is no such namespace, for that look may have begun
     *     before the namespace was created; and looks again
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes into own
    private CompletableFuture<Optional<NamespaceState>> look(String name, boolean first) {
        CompletableFuture<Optional<NamespaceState>> own = new CompletableFuture<>();
        CompletableFuture<Optional<NamespaceState>> running = inFlight.putIfAbsent(name, own);
        if (running != null) {
            return running.thenCompose(
                    found -> found.isEmpty() && first ? look(name, false) : CompletableFuture.completedFuture(found));
        }
        if (!slots.tryAcquire()) {
            inFlight.remove(name, own);
            own.completeExceptionally(
                    new ClusterUnknownException("more than " + MOST_AT_ONCE + " are being looked up"));
            return own;
        }
        asked.increment();
        ask(name).whenComplete((found, thrown) -> {
            slots.release();
            inFlight.remove(name, own);
            if (thrown == null) {
                own.complete(found);
            } else {
                own.completeExceptionally(thrown);
            }
        });
        return own;
    }

    private CompletableFuture<Optional<NamespaceState>> ask(String name) {
        try {
            return api.ask(NamespaceStream.ALL.path() + "/" + name, null, deadline)
                    .thenApply(answer -> read(name, answer));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e); // closed
        }
    }

    private Optional<NamespaceState> read(String name, Reply answer) {
        try (NamespaceStream in = new NamespaceStream(answer.body(), guardedLabels)) {
            Found item = in.whole();
            if (answer.status() == 200
                    && item.kind().equals("Namespace")
                    && item.name().equals(name)) {
                return Optional.of(item.value());
            }
            if (answer.status() == 404 && item.isStatus() && item.code() == 404) {
                return Optional.empty();
            }
        } catch (IOException e) {
            // an answer, but none to this question
        }
        throw new ClusterUnknownException("the API server answers with HTTP " + answer.status());
    }
}
