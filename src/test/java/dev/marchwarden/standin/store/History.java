package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects of one resource, what happened to them, and how some lists of them were. Its owner sees to threads. */
final class History {
    /** How many lists may be continued at the same time. */
    private static final int LISTS = 50;

    final NavigableMap<String, ObjectNode> objects = new TreeMap<>();
    private final List<WatchEvent> events = new ArrayList<>();
    private final Map<Long, List<ObjectNode>> lists = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<ObjectNode>> eldest) {
            return size() > LISTS;
        }
    };

    void happened(WatchEvent event) {
        events.add(event);
    }

    void forget() {
        events.clear();
        lists.clear();
    }

    /** All objects at a version; null where that is too long ago. */
    @Nullable
    List<ObjectNode> at(long version, boolean now) {
        return now ? lists.computeIfAbsent(version, any -> List.copyOf(objects.values())) : lists.get(version);
    }

    /** What happened after a version. */
    List<WatchEvent> after(long version) {
        int from = events.size();
        while (from > 0 && events.get(from - 1).version() > version) {
            from--;
        }
        return List.copyOf(events.subList(from, events.size()));
    }
}
