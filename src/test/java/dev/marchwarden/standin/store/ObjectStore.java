package dev.marchwarden.standin.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects with their history, as etcd and the API server's watch cache keep them: one counter of versions for all. What is in it is not
 * changed, each write puts a new tree in the place of the old. Everything synchronized on this.
 */
public final class ObjectStore {
    private final Map<Resource, History> histories = new HashMap<>();
    private long version = 1_000;
    private long compacted;

    private History history(Resource resource) {
        return histories.computeIfAbsent(resource, any -> new History());
    }

    public synchronized long version() {
        return version;
    }

    public synchronized @Nullable ObjectNode find(Resource resource, String namespace, String name) {
        return history(resource).objects.get(resource.key(namespace, name));
    }

    public synchronized ObjectNode existing(Resource resource, String namespace, String name) throws StatusException {
        ObjectNode found = find(resource, namespace, name);
        if (found == null) {
            throw StatusException.notFound(resource, name);
        }
        return found;
    }

    public synchronized List<ObjectNode> all(Resource resource, Selection selection) {
        return history(resource).objects.values().stream()
                .filter(selection::matches)
                .toList();
    }

    // ---- writes

    /** Whatever was there before. */
    public synchronized ObjectNode put(Resource resource, ObjectNode object) {
        ObjectNode stored = object.deepCopy();
        ((ObjectNode) stored.get("metadata")).put("resourceVersion", Long.toString(++version));
        stored.put("apiVersion", resource.apiVersion(resource.versions().getFirst()));
        stored.put("kind", resource.kind());
        History history = history(resource);
        ObjectNode before = history.objects.put(resource.key(stored), stored);
        happened(history, new WatchEvent(version, before == null ? "ADDED" : "MODIFIED", stored, before));
        return stored;
    }

    public synchronized ObjectNode add(Resource resource, ObjectNode object) throws StatusException {
        String name = Json.text(object, "/metadata/name");
        if (history(resource).objects.containsKey(resource.key(object))) {
            throw StatusException.alreadyExists(resource, name);
        }
        return put(resource, object);
    }

    /** Takes the place of what was read before; null where that is no longer what is there. */
    public synchronized @Nullable ObjectNode replace(Resource resource, ObjectNode read, ObjectNode object) {
        ObjectNode there = history(resource).objects.get(resource.key(read));
        return there != null && version(there).equals(version(read)) ? put(resource, object) : null;
    }

    private static String version(ObjectNode object) {
        return Json.text(object, "/metadata/resourceVersion");
    }

    public synchronized @Nullable ObjectNode remove(Resource resource, String namespace, String name) {
        History history = history(resource);
        ObjectNode gone = history.objects.remove(resource.key(namespace, name));
        if (gone == null) {
            return null;
        }
        ObjectNode last = gone.deepCopy();
        ((ObjectNode) last.get("metadata")).put("resourceVersion", Long.toString(++version));
        happened(history, new WatchEvent(version, "DELETED", last, gone));
        return last;
    }

    private void happened(History history, WatchEvent event) {
        history.happened(event);
        notifyAll();
    }

    // ---- what watches are told out of turn

    public synchronized void bookmark() {
        version++;
        histories.forEach((resource, history) -> history.happened(bookmark(resource)));
        notifyAll();
    }

    private WatchEvent bookmark(Resource resource) {
        ObjectNode object = Json.object()
                .put("kind", resource.kind())
                .put("apiVersion", resource.apiVersion(resource.versions().getFirst()));
        object.putObject("metadata")
                .put("resourceVersion", Long.toString(version))
                .putNull("creationTimestamp");
        return new WatchEvent(version, "BOOKMARK", object, null);
    }

    /** What a watcher is told whose place is gone. */
    public synchronized void expireWatches() {
        version++; // or those who are up to date would not hear of it
        WatchEvent gone = tooOld(1);
        histories.values().forEach(history -> history.happened(gone));
        notifyAll();
    }

    /** Changes of which no watcher is ever told, as if they had been compacted while it was away. */
    public synchronized void compact() {
        histories.values().forEach(History::forget);
        compacted = ++version;
        notifyAll();
    }

    private WatchEvent tooOld(long from) {
        String message = "too old resource version: " + from + " (" + version + ")";
        return new WatchEvent(version, "ERROR", StatusException.of(410, message).status(), null);
    }

    // ---- reads

    /** Up to so many of a list, or all for a limit of 0; at the beginning or where a token says. */
    public synchronized Page list(Resource resource, Selection selection, int limit, String token)
            throws StatusException {
        long at = version;
        int from = 0;
        if (!token.isEmpty()) {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), UTF_8).split(":", 2);
            at = Long.parseLong(parts[0]);
            from = Integer.parseInt(parts[1]);
        } else if (limit == 0) {
            return new Page(at, all(resource, selection), "", 0);
        }
        List<ObjectNode> then = history(resource).at(at, token.isEmpty());
        if (then == null) {
            throw StatusException.of(410, "The provided continue parameter is too old");
        }
        List<ObjectNode> all = then.stream().filter(selection::matches).toList();
        int end = limit == 0 ? all.size() : Math.min(all.size(), from + limit);
        String next = end == all.size() ? "" : Base64.getUrlEncoder().encodeToString((at + ":" + end).getBytes(UTF_8));
        return new Page(at, all.subList(Math.min(from, end), end), next, all.size() - end);
    }

    /** All there is, as if it had just come, and a bookmark where that ends. */
    public synchronized List<WatchEvent> beginning(Resource resource, Selection selection) {
        List<WatchEvent> events = new ArrayList<>();
        all(resource, selection).forEach(each -> events.add(new WatchEvent(version, "ADDED", each, null)));
        events.add(bookmark(resource));
        return events;
    }

    /** What happened after a version; waits until there is something, or it is over and somebody called {@link #wake}, or for so long. */
    public synchronized List<WatchEvent> after(Resource resource, long from, BooleanSupplier over, long millis)
            throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (true) {
            if (from < compacted) {
                return List.of(tooOld(from));
            }
            List<WatchEvent> news = history(resource).after(from);
            long left = (end - System.nanoTime()) / 1_000_000;
            if (!news.isEmpty() || over.getAsBoolean() || left <= 0) {
                return news;
            }
            wait(left);
        }
    }

    public synchronized void wake() {
        notifyAll();
    }
}
