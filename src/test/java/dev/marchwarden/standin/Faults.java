package dev.marchwarden.standin;

import dev.marchwarden.standin.store.StatusException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What goes wrong, by kind of call and resource; and how often each was called. */
final class Faults {
    /** In the place of a resource: any. */
    static final String ANY = "*";

    private record Asked(Call call, String plural) {}

    private final Map<Asked, Integer> failing = new ConcurrentHashMap<>();
    private final Map<Asked, CountDownLatch> holding = new ConcurrentHashMap<>();
    private final Map<Asked, CountDownLatch> holdingAnswers = new ConcurrentHashMap<>();
    private final Map<Asked, AtomicInteger> seen = new ConcurrentHashMap<>();
    private final AtomicInteger answersHeld = new AtomicInteger();
    private final AtomicInteger pagesToForget = new AtomicInteger();

    void fail(Call call, String plural, int code) {
        failing.put(new Asked(call, plural), code);
    }

    void hold(Call call, String plural) {
        holding.put(new Asked(call, plural), new CountDownLatch(1));
    }

    void holdAnswers(Call call, String plural) {
        holdingAnswers.put(new Asked(call, plural), new CountDownLatch(1));
    }

    void forgetPages(int count) {
        pagesToForget.set(count);
    }

    int seen(Call call, String plural) {
        AtomicInteger count = seen.get(new Asked(call, plural));
        return count == null ? 0 : count.get();
    }

    int answersHeld() {
        return answersHeld.get();
    }

    void restore(Call call) {
        failing.keySet().removeIf(asked -> asked.call() == call);
        for (Map<Asked, CountDownLatch> each : List.of(holding, holdingAnswers)) {
            each.forEach((asked, held) -> {
                if (asked.call() == call && each.remove(asked, held)) {
                    held.countDown();
                }
            });
        }
    }

    void restoreAll() {
        for (Call each : Call.values()) {
            restore(each);
        }
    }

    /** Counts a call, and lets go wrong what is to. */
    void before(Call call, String plural) throws StatusException, InterruptedException {
        for (String each : List.of(plural, ANY)) {
            seen.computeIfAbsent(new Asked(call, each), none -> new AtomicInteger())
                    .incrementAndGet();
        }
        CountDownLatch held = of(holding, call, plural);
        if (held != null) {
            held.await();
        }
        Integer code = of(failing, call, plural);
        if (code != null) {
            throw StatusException.of(code, "told to fail");
        }
    }

    /** Keeps an answer back that is to be. */
    void after(Call call, String plural) throws InterruptedException {
        CountDownLatch held = of(holdingAnswers, call, plural);
        if (held != null) {
            answersHeld.incrementAndGet();
            held.await();
        }
    }

    void beforePage() throws StatusException {
        if (pagesToForget.getAndDecrement() > 0) {
            throw StatusException.of(410, "The provided continue parameter is too old");
        }
    }

    private static <T> @Nullable T of(Map<Asked, T> faults, Call call, String plural) {
        T own = faults.get(new Asked(call, plural));
        return own == null ? faults.get(new Asked(call, ANY)) : own;
    }
}
