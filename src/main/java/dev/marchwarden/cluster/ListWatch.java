package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.cluster.ObjectStream.Event;
import dev.marchwarden.cluster.ObjectStream.Item;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists objects, then watches them, for ever. A watch that ends goes on where it was; what it may have missed, because the API server
 * no longer knows that place or sent something that cannot be read, is listed anew.
 *
 * <p>A list is read from etcd, not from a cache: an API server that lags cannot take us back in time. It comes in pages, so that the API
 * server need not hold all of it at once; here it is read as it streams by.
 */
final class ListWatch<T> implements BackgroundTask.Work {
    private static final int PAGE = 500;
    private static final int GONE = 410;

    /**
     * What is listed and watched.
     *
     * @param path without a query
     * @param selector part of a query that picks some of them; empty for all
     * @param listKind what a list of them calls itself
     * @param noun for people
     */
    record Subject(String path, String selector, String listKind, String noun) {
        /** @param parameters joined by ampersands; may be empty */
        String with(String parameters) {
            String query = Stream.of(selector, parameters)
                    .filter(each -> !each.isEmpty())
                    .collect(Collectors.joining("&"));
            return query.isEmpty() ? path : path + "?" + query;
        }
    }

    interface Reader<T> {
        ObjectStream<T> open(InputStream in) throws IOException;
    }

    /** Who is told. All calls come from the feed's thread. */
    interface Receiver<T> {
        void listed(List<T> objects);

        void changed(T object);

        void removed(T object);

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
    private final Subject subject;
    private final Reader<T> reader;
    private final Timing timing;
    private final Receiver<T> receiver;
    private final Backoff backoff;

    /** The resource version to watch from; empty where a list is needed. */
    private String place = "";
    /** Lists in pages came too late for the next page twice, for want of speed: so now in one. */
    private boolean unpaged;

    ListWatch(ApiServer api, Subject subject, Reader<T> reader, Timing timing, Receiver<T> receiver) {
        this.api = api;
        this.subject = subject;
        this.reader = reader;
        this.timing = timing;
        this.receiver = receiver;
        this.backoff = new Backoff(
                timing.firstRetry(),
                timing.lastRetry(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    @Override
    public Duration run() {
        return followed() ? Duration.ZERO : backoff.next();
    }

    /**
     * Until something ends it. True where there is no reason to wait before the next try: the API server is there and has told us to list.
     * One that has been started anew knows no place from before, and what we know grows old while we wait. Not twice in a row, though.
     */
    private boolean followed() {
        boolean fresh = place.isEmpty();
        try {
            if (fresh) {
                list();
            }
            watch();
        } catch (LostPlaceException e) {
            place = "";
            failed(String.valueOf(e.getMessage()));
            return !fresh;
        } catch (JsonEOFException e) {
            failed("the watch broke off"); // in the middle of an event, which was not taken
        } catch (JsonProcessingException | RuntimeException e) {
            place = "";
            failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        }
        return false;
    }

    /** A watch that is being closed has not failed. */
    private void failed(String why) {
        if (!Thread.currentThread().isInterrupted()) {
            receiver.failed(why);
        }
    }

    private void list() throws IOException {
        List<T> objects = new ArrayList<>();
        String next = "";
        Item<T> page;
        do {
            page = page(next);
            for (Item<T> item : page.items()) {
                objects.add(item.value());
            }
            next = page.next();
        } while (!next.isEmpty());
        if (page.resourceVersion().isEmpty()) {
            throw new IOException("the list of " + subject.noun() + " has no resourceVersion");
        }
        unpaged = false;
        place = page.resourceVersion();
        receiver.listed(objects);
    }

    private Item<T> page(String next) throws IOException {
        String limit = unpaged ? "" : "limit=" + PAGE;
        String from = next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        try (BodyStream body = api.open(subject.with(limit + from), timing.begin(), timing.begin());
                ObjectStream<T> in = reader.open(body)) {
            if (body.status() == GONE && !next.isEmpty()) {
                unpaged = true;
            }
            requireOk(body.status(), in, "list");
            Item<T> page = in.whole();
            if (!page.kind().equals(subject.listKind())) {
                throw new IOException("the API server answered with something that is no list");
            }
            return page;
        }
    }

    private void requireOk(int status, ObjectStream<T> in, String verb) throws IOException {
        if (status == 200) {
            return;
        }
        String said = "";
        try {
            said = ": " + in.whole().message();
        } catch (IOException e) {
            // then without
        }
        String problem = "cannot " + verb + " " + subject.noun() + ", HTTP " + status + said;
        throw status == GONE ? new LostPlaceException(problem) : new IOException(problem);
    }

    private void watch() throws IOException {
        long seconds = ThreadLocalRandom.current().nextLong(300, 600);
        String query = "watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds + "&resourceVersion="
                + URLEncoder.encode(place, StandardCharsets.UTF_8);
        long begin = System.nanoTime();
        try (BodyStream body = api.open(subject.with(query), timing.begin(), timing.silence())) {
            if (body.status() == 200) {
                receiver.heard(); // a JSON parser waits for the first bytes, which may be long in coming
            }
            try (ObjectStream<T> in = reader.open(body)) {
                requireOk(body.status(), in, "watch");
                for (Event<T> event = in.event(); event != null; event = in.event()) {
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

    private void take(Event<T> event) throws IOException {
        Item<T> object = event.object();
        switch (event.type()) {
            case "ADDED", "MODIFIED" -> receiver.changed(object.value());
            case "DELETED" -> receiver.removed(object.value());
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
