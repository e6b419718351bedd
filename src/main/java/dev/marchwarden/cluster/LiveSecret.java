package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.json.JsonTrees;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Secret as it is watched; and, for the one that may write it, as it is. */
public final class LiveSecret implements AutoCloseable {
    private final ObjectName name;
    private final StoredObjects stored;
    private final ObjectWatch watch;

    /** @param changed run after each change that the watch brings */
    public LiveSecret(
            BackgroundTasks tasks,
            ApiServer api,
            NamespacedName name,
            Timing timing,
            Duration deadline,
            Runnable changed) {
        this.name = ObjectName.secret(name);
        this.stored = new StoredObjects(api, deadline);
        this.watch = new ObjectWatch(tasks, api, this.name, true, timing, changed);
    }

    public void start() {
        watch.start();
    }

    /** As the watch has it; null where there is none, or where that is not known. */
    public @Nullable SecretContent watched() {
        JsonNode object = watch.object();
        return object == null ? null : SecretContent.of(object);
    }

    /** How the watch fares, in words. */
    public String detail() {
        return watch.detail();
    }

    /** As etcd has it. */
    public SecretContent read() throws IOException {
        return SecretContent.of(stored.get(name));
    }

    /** How far a clock is from the API server's; zero where that is not known. */
    public Duration skew(InstantSource clock) {
        Instant its = stored.api().time();
        return its == null ? Duration.ZERO : Duration.between(its, clock.instant());
    }

    /**
     * Stores other data in one write, or fails with {@link RefusedException} where somebody else was faster.
     *
     * @param before what the data was made from
     */
    public void store(SecretContent before, Map<String, byte[]> data) throws IOException {
        ObjectNode value = JsonTrees.MAPPER.createObjectNode();
        data.forEach((entry, content) -> value.put(entry, Base64Text.encoded(content)));
        // "add" replaces what is there, null too
        stored.patch(name, before.object(), new JsonPatch().add("/data", value));
    }

    @Override
    public String toString() {
        return name.toString();
    }

    @Override
    public void close() {
        watch.close();
    }
}
