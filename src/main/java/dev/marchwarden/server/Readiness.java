package dev.marchwarden.server;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The readiness of this replica, with reasons. Conditions are asked each time, so none can go stale. */
public final class Readiness {
    /**
     * @param holds whether we can serve as far as this goes
     * @param detail what to know about it, problems included that do not keep us from serving
     */
    public record Condition(boolean holds, String detail) {
        public static Condition holding(String detail) {
            return new Condition(true, detail);
        }

        public static Condition failing(String detail) {
            return new Condition(false, detail);
        }
    }

    private final Map<String, Supplier<Condition>> conditions = new LinkedHashMap<>();

    /** To be called before the server starts. */
    public Readiness with(String name, Supplier<Condition> condition) {
        conditions.put(name, condition);
        return this;
    }

    /** Whether all conditions hold now. */
    public boolean isReady() {
        return conditions.values().stream()
                .allMatch(condition -> condition.get().holds());
    }

    JsonObject report() {
        JsonArray each = new JsonArray();
        boolean ready = true;
        for (Map.Entry<String, Supplier<Condition>> entry : conditions.entrySet()) {
            Condition condition = entry.getValue().get();
            ready &= condition.holds();
            each.add(new JsonObject()
                    .put("name", entry.getKey())
                    .put("ok", condition.holds())
                    .put("detail", condition.detail()));
        }
        return new JsonObject().put("ready", ready).put("conditions", each);
    }
}
