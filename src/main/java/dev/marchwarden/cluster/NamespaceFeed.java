package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.marchwarden.cluster.NamespaceStream.Event;
import dev.marchwarden.cluster.NamespaceStream.Item;
import dev.marchwarden.policy.NamespaceState;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Lists the namespaces, then watches them, for ever. A watch that ends goes on where it was; what it may have missed, because the API server
 * no longer knows that place or sent something that cannot be read, is listed anew. Blocking, so it has a thread of its own.
 *
 * <p>A list is read from etcd, not from a cache: an API server that lags cannot take us back in time. It comes in pages, so that the API
 * server need not hold all of it at once; here it is read as it streams by.
 */
final class NamespaceFeed implements Runnable {
    static final String PATH = "/api/v1/namespaces";

    private static final int PAGE = 500;
    private static final int GONE = 410;

    /** Who is told. All calls come from the feed's thread. */
    interface Receiver {
        void listed(List<NamespaceState> namespaces);

        void changed(NamespaceState namespace);

        void removed(String name);

        /** A watch has begun, or said something. */
        void heard();

        void failed(String why);
    }

    /** The place where the last list or watch stopped is of no use any more. */
    private static final class LostPlaceException extends IOException {
        LostPlaceException(String message) {
            super(message);
        }
    }

    private final ApiServer api;
    private final Set<String> guardedLabels;
    private final Timing timing;
    private final Receiver receiver;
    private final Backoff backoff;

    /** The resource version to watch from; empty where a list is needed. */
    private String place = "";
    /** Lists in pages came too late for the next page twice, for want of speed: so now in one. */
    private boolean unpaged;

    NamespaceFeed(ApiServer api, Set<String> guardedLabels, Timing timing, Receiver receiver) {
        this.api = api;
        this.guardedLabels = guardedLabels;
        this.timing = timing;
        this.receiver = receiver;
        this.backoff = new Backoff(
                timing.firstRetry(),
                timing.lastRetry(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            follow();
            try {
                Thread.sleep(backoff.next());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void follow() {
        try {
            if (place.isEmpty()) {
                list();
            }
            watch();
        } catch (JsonEOFException e) {
            receiver.failed("the watch broke off"); // in the middle of an event, which was not taken
        } catch (LostPlaceException | JsonProcessingException | RuntimeException e) {
            place = "";
            receiver.failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            receiver.failed(String.valueOf(e.getMessage()));
        }
    }

    private void list() throws IOException {
        List<NamespaceState> namespaces = new ArrayList<>();
        String next = "";
        Item page;
        do {
            page = page(next);
            for (Item item : page.items()) {
                namespaces.add(item.state());
            }
            next = page.next();
        } while (!next.isEmpty());
        if (page.resourceVersion().isEmpty()) {
            throw new IOException("the list of namespaces has no resourceVersion");
        }
        unpaged = false;
        place = page.resourceVersion();
        receiver.listed(namespaces);
    }

    private Item page(String next) throws IOException {
        String query = unpaged ? "" : "?limit=" + PAGE;
        String from = next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        try (BodyStream body = api.open(PATH + query + from, timing.begin(), timing.begin());
                NamespaceStream in = new NamespaceStream(body, guardedLabels)) {
            if (body.status() == GONE && !next.isEmpty()) {
                unpaged = true;
            }
            requireOk(body.status(), in, "list");
            Item page = in.whole();
            if (!page.kind().equals("NamespaceList")) {
                throw new IOException("the API server answered a list with something else");
            }
            return page;
        }
    }

    private static void requireOk(int status, NamespaceStream in, String verb) throws IOException {
        if (status == 200) {
            return;
        }
        String said = "";
        try {
            said = ": " + in.whole().message();
        } catch (IOException e) {
            // then without
        }
        String problem = "cannot " + verb + " namespaces, HTTP " + status + said;
        throw status == GONE ? new LostPlaceException(problem) : new IOException(problem);
    }

    private void watch() throws IOException {
        long seconds = ThreadLocalRandom.current().nextLong(300, 600);
        String query = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds + "&resourceVersion="
                + URLEncoder.encode(place, StandardCharsets.UTF_8);
        long begin = System.nanoTime();
        try (BodyStream body = api.open(PATH + query, timing.begin(), timing.silence())) {
            if (body.status() == 200) {
                receiver.heard(); // a JSON parser waits for the first bytes, which may be long in coming
            }
            try (NamespaceStream in = new NamespaceStream(body, guardedLabels)) {
                requireOk(body.status(), in, "watch");
                for (Event event = in.event(); event != null; event = in.event()) {
                    take(event);
                    receiver.heard();
                }
            }
        } finally {
            if (System.nanoTime() - begin >= timing.settled().toNanos()) {
                backoff.reset();
            }
        }
    }

    private void take(Event event) throws IOException {
        Item object = event.object();
        switch (event.type()) {
            case "ADDED", "MODIFIED" -> receiver.changed(object.state());
            case "DELETED" -> receiver.removed(object.state().name());
            case "BOOKMARK" -> {
                // says nothing but where we are
            }
            default ->
                throw new LostPlaceException(
                        "the watch ended with " + event.type() + " " + object.code() + ": " + object.message());
        }
        if (object.resourceVersion().isEmpty()) {
            throw new LostPlaceException("a watch event has no resourceVersion");
        }
        place = object.resourceVersion();
    }
}
