package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Namespaces with their history, as etcd and the API server's watch cache keep them. Everything synchronized on this. */
final class NamespaceStore {
    static final ObjectMapper JSON = new ObjectMapper();

    /** One line of a watch. */
    record Event(long version, String type, JsonNode object) {
        String line() {
            return "{\"type\":\"" + type + "\",\"object\":" + object + "}\n";
        }
    }

    /** An answer of the API server that is no success. */
    static final class StatusException extends Exception {
        private final int code;

        StatusException(int code, String message) {
            super(message);
            this.code = code;
        }

        int code() {
            return code;
        }

        ObjectNode status() {
            return NamespaceStore.status(code, String.valueOf(getMessage()));
        }
    }

    private final TreeMap<String, ObjectNode> namespaces = new TreeMap<>();
    private final Map<Long, List<ObjectNode>> snapshots = new HashMap<>();
    private final List<Event> history = new ArrayList<>();
    private long version = 1_000;
    private long compacted;

    static ObjectNode status(int code, String message) {
        String reason = switch (code) {
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 409 -> "AlreadyExists";
            case 410 -> "Expired";
            case 429 -> "TooManyRequests";
            default -> "InternalError";
        };
        ObjectNode status = JSON.createObjectNode();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        return status.put("status", "Failure")
                .put("message", message)
                .put("reason", reason)
                .put("code", code);
    }

    /** About as large as they are in life. */
    static ObjectNode namespace(String name, Map<String, String> labels) {
        try {
            ObjectNode namespace = (ObjectNode) JSON.readTree("""
                    {"kind":"Namespace","apiVersion":"v1","metadata":{"uid":"1f9c0d1e-8a4b-4b52-9d43-4f0f5b1c0a11",\
                    "creationTimestamp":"2026-11-22T07:00:00Z","annotations":{"kubectl.kubernetes.io/last-applied-configuration":\
                    "{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"Namespace\\",\\"metadata\\":{\\"annotations\\":{},\\"name\\":\\"x\\"}}\\n"},\
                    "managedFields":[{"manager":"kubectl-client-side-apply","operation":"Update","apiVersion":"v1","time":\
                    "2026-11-22T07:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},\
                    "f:kubectl.kubernetes.io/last-applied-configuration":{}},"f:labels":{".":{},"f:istio.io/rev":{},\
                    "f:kubernetes.io/metadata.name":{},"f:usergroup":{}}}}}]},"spec":{"finalizers":["kubernetes"]},\
                    "status":{"phase":"Active"}}""");
            ObjectNode metadata = (ObjectNode) namespace.get("metadata");
            metadata.put("name", name);
            ObjectNode all = metadata.putObject("labels").put("kubernetes.io/metadata.name", name);
            labels.forEach(all::put);
            return namespace;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized @Nullable ObjectNode find(String name) {
        return namespaces.get(name);
    }

    synchronized void put(ObjectNode namespace) {
        ObjectNode stored = namespace.deepCopy();
        ObjectNode metadata = (ObjectNode) stored.get("metadata");
        metadata.put("resourceVersion", Long.toString(++version));
        boolean known = namespaces.put(metadata.get("name").asText(), stored) != null;
        happened(known ? "MODIFIED" : "ADDED", stored);
    }

    synchronized void remove(String name) {
        ObjectNode gone = namespaces.remove(name);
        if (gone != null) {
            ObjectNode last = gone.deepCopy();
            ((ObjectNode) last.get("metadata")).put("resourceVersion", Long.toString(++version));
            happened("DELETED", last);
        }
    }

    synchronized void bookmark() {
        ObjectNode object = JSON.createObjectNode().put("kind", "Namespace").put("apiVersion", "v1");
        object.putObject("metadata")
                .put("resourceVersion", Long.toString(++version))
                .putNull("creationTimestamp");
        happened("BOOKMARK", object);
    }

    /** What a watcher is told whose place is gone. */
    synchronized void expireWatches() {
        version++; // or those who are up to date would not hear of it
        happened("ERROR", status(410, "too old resource version: 1 (" + version + ")"));
    }

    /** Changes of which no watcher is ever told, as if they had been compacted while it was away. */
    synchronized void compact() {
        history.clear();
        snapshots.clear();
        compacted = ++version;
        notifyAll();
    }

    private void happened(String type, JsonNode object) {
        history.add(new Event(version, type, object));
        notifyAll();
    }

    synchronized ObjectNode list(int limit, String token) throws StatusException {
        long at = version;
        int from = 0;
        if (!token.isEmpty()) {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), UTF_8).split(":", 2);
            at = Long.parseLong(parts[0]);
            from = Integer.parseInt(parts[1]);
            if (!snapshots.containsKey(at)) {
                throw new StatusException(410, "The provided continue parameter is too old");
            }
        }
        List<ObjectNode> all = snapshots.computeIfAbsent(at, now -> List.copyOf(namespaces.values()));
        int end = limit == 0 ? all.size() : Math.min(all.size(), from + limit);
        ObjectNode list = JSON.createObjectNode().put("kind", "NamespaceList").put("apiVersion", "v1");
        ObjectNode metadata = list.putObject("metadata").put("resourceVersion", Long.toString(at));
        if (end < all.size()) {
            metadata.put("continue", Base64.getUrlEncoder().encodeToString((at + ":" + end).getBytes(UTF_8)));
            metadata.put("remainingItemCount", all.size() - end);
        }
        list.putArray("items")
                .addAll(all.subList(from, end).stream()
                        .map(item -> {
                            ObjectNode bare = item.deepCopy();
                            bare.remove(List.of("kind", "apiVersion")); // as in the lists of the real one
                            return bare;
                        })
                        .toList());
        return list;
    }

    /** What happened after a version; waits until there is something, or {@code over} turned true and somebody called {@link #wake}. */
    synchronized List<Event> after(long from, java.util.function.BooleanSupplier over) throws InterruptedException {
        while (true) {
            if (from < compacted) {
                return List.of(new Event(
                        version, "ERROR", status(410, "too old resource version: " + from + " (" + version + ")")));
            }
            List<Event> news =
                    history.stream().filter(event -> event.version() > from).toList();
            if (!news.isEmpty() || over.getAsBoolean()) {
                return news;
            }
            wait();
        }
    }

    synchronized void wake() {
        notifyAll();
    }

    synchronized Stream<String> names() {
        return List.copyOf(namespaces.keySet()).stream();
    }
}
