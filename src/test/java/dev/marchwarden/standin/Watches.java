package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.Selection;
import dev.marchwarden.standin.store.StatusException;
import dev.marchwarden.standin.store.WatchEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Tells those who watch what happens, until their time is over, their place is gone or they are cut off. */
final class Watches {
    private static final long HOUR_SECONDS = 3_600;

    private final ObjectStore store;
    private final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();
    private final AtomicInteger cuts = new AtomicInteger();

    Watches(ObjectStore store) {
        this.store = store;
    }

    int open() {
        return open.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    int open(String plural) {
        AtomicInteger count = open.get(plural);
        return count == null ? 0 : count.get();
    }

    void cut() {
        cuts.incrementAndGet();
        store.wake();
    }

    void serve(HttpExchange exchange, Target target, Map<String, String> query)
            throws IOException, StatusException, InterruptedException {
        Resource resource = target.resource();
        Selection selection = Selection.of(target.namespace(), query);
        int cut = cuts.get();
        long end = System.nanoTime() + 1_000_000_000 * seconds(query);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        AtomicInteger count = open.computeIfAbsent(resource.plural(), none -> new AtomicInteger());
        count.incrementAndGet();
        try {
            long at = begin(out, target, selection, query);
            while (true) {
                long left = (end - System.nanoTime()) / 1_000_000;
                List<WatchEvent> news = store.after(resource, at, () -> cuts.get() != cut, left);
                if (cuts.get() != cut) {
                    return; // the exchange is closed, the body is not ended
                }
                for (WatchEvent event : news) {
                    at = event.version();
                    WatchEvent seen = event.seenBy(selection);
                    if (seen != null && (!seen.type().equals("BOOKMARK") || isTrue(query, "allowWatchBookmarks"))) {
                        write(out, target, seen);
                    }
                    if (event.type().equals("ERROR")) {
                        out.close();
                        return;
                    }
                }
                out.flush();
                if (news.isEmpty()) { // time is over
                    out.close();
                    return;
                }
            }
        } finally {
            count.decrementAndGet();
        }
    }

    /** Where to go on; who does not say where to begin is told first what there is. */
    private long begin(OutputStream out, Target target, Selection selection, Map<String, String> query)
            throws IOException {
        String version = query.getOrDefault("resourceVersion", "");
        boolean initial = isTrue(query, "sendInitialEvents");
        if (!initial && !version.isEmpty() && !version.equals("0")) {
            return Long.parseLong(version);
        }
        List<WatchEvent> all = store.beginning(target.resource(), selection);
        for (WatchEvent event : all) {
            if (event.type().equals("BOOKMARK")) {
                ((ObjectNode) event.object().get("metadata"))
                        .putObject("annotations")
                        .put("k8s.io/initial-events-end", "true");
            }
            if (initial || !event.type().equals("BOOKMARK")) {
                write(out, target, event);
            }
        }
        out.flush();
        return all.getLast().version();
    }

    private static long seconds(Map<String, String> query) {
        String seconds = query.getOrDefault("timeoutSeconds", "");
        return seconds.isEmpty() ? HOUR_SECONDS : Long.parseLong(seconds);
    }

    private static boolean isTrue(Map<String, String> query, String key) {
        return query.getOrDefault(key, "").equals("true");
    }

    private static void write(OutputStream out, Target target, WatchEvent event) throws IOException {
        ObjectNode line = Json.object().put("type", event.type());
        line.set(
                "object",
                event.type().equals("ERROR")
                        ? event.object()
                        : target.resource().in(target.version(), event.object()));
        out.write(Json.MAPPER.writeValueAsBytes(line));
        out.write('\n');
    }
}
