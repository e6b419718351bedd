package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.json.JsonPatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The validating and the mutating webhook configuration of one name, either of which may be absent. Nothing is changed in them but their
 * caBundles, and their webhooks where the release wants others. One that was deleted stays deleted.
 */
public final class LiveWebhooks implements AutoCloseable {
    private final List<ObjectName> names;
    private final List<ObjectWatch> watches;
    private final StoredObjects stored;
    private final Supplier<TwinState> twin;

    /**
     * @param changed run after each change that a watch brings
     * @param twin what decides whether a webhook may fail open that relies on it
     */
    public LiveWebhooks(
            BackgroundTasks tasks,
            ApiServer api,
            String name,
            Timing timing,
            Duration deadline,
            Runnable changed,
            Supplier<TwinState> twin) {
        this.twin = twin;
        this.names = List.of(ObjectName.validating(name), ObjectName.mutating(name));
        this.stored = new StoredObjects(api, deadline);
        this.watches = names.stream()
                .map(each -> new ObjectWatch(tasks, api, each, false, timing, changed))
                .toList();
    }

    public void start() {
        watches.forEach(ObjectWatch::start);
    }

    /** As the watches have them; null while that is not known of both. */
    public @Nullable WebhookContent watched() {
        return watches.stream().allMatch(ObjectWatch::isSynced)
                ? new WebhookContent(
                        watches.stream()
                                .map(ObjectWatch::object)
                                .flatMap(Stream::ofNullable)
                                .toList(),
                        twin.get())
                : null;
    }

    /** How the watches fare, in words. */
    public String detail() {
        return String.join("; ", watches.stream().map(ObjectWatch::detail).toList());
    }

    /** As etcd has them. */
    public WebhookContent read() throws IOException {
        TwinState before = twin.get(); // what it becomes meanwhile, the next reading sees
        List<JsonNode> objects = new ArrayList<>();
        for (ObjectName name : names) {
            try {
                objects.add(stored.get(name));
            } catch (RefusedException e) {
                if (!e.isMissing()) {
                    throw e;
                }
            }
        }
        return new WebhookContent(objects, before);
    }

    /**
     * Gives every webhook this caBundle, with one write a configuration; fails with {@link RefusedException} where somebody else was faster.
     *
     * @param before what it was decided by
     * @param caBundle PEM
     */
    public void publish(WebhookContent before, byte[] caBundle) throws IOException {
        for (JsonNode object : before.objects()) {
            JsonPatch patch = patch(object, caBundle);
            if (!patch.isEmpty()) {
                stored.patch(name(object), object, patch);
            }
        }
    }

    /**
     * Copies the webhooks that the release wants into the configurations, with one write a configuration; fails with {@link
     * RefusedException} where somebody else was faster.
     *
     * @param before what it was decided by
     * @param caBundle PEM
     */
    public void putInForce(WebhookContent before, byte[] caBundle) throws IOException {
        for (JsonNode object : before.objects()) {
            if (!WantedWebhooks.areInForce(object, before.twin())) {
                stored.patch(name(object), object, WantedWebhooks.patch(object, caBundle, before.twin()));
            }
        }
    }

    private ObjectName name(JsonNode object) {
        return object.path("kind").asText().equals(names.getFirst().kind()) ? names.getFirst() : names.getLast();
    }

    private static JsonPatch patch(JsonNode object, byte[] caBundle) {
        JsonPatch patch = new JsonPatch();
        int at = 0;
        for (JsonNode webhook : object.path("webhooks")) {
            if (!Arrays.equals(WebhookContent.caBundle(webhook), caBundle)) {
                patch.add("/webhooks/" + at + "/clientConfig/caBundle", Base64Text.encoded(caBundle));
            }
            at++;
        }
        return patch;
    }

    @Override
    public void close() {
        watches.forEach(ObjectWatch::close);
    }
}
