package dev.marchwarden.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map of which a changed copy is cheap: it is in segments, and a copy shares all of them but one. With tens of thousands of
 * entries a change copies some hundred references.
 *
 * <p>Segments are {@link HashMap}s, which stay fast when somebody picks names that collide.
 */
final class SegmentedMap<V> {
    /** A power of two. */
    private static final int SEGMENTS = 256;

    private final List<Map<String, V>> segments;
    private final int size;

    private SegmentedMap(List<Map<String, V>> segments, int size) {
        this.segments = segments;
        this.size = size;
    }

    static <V> SegmentedMap<V> of(Map<String, V> entries) {
        List<Map<String, V>> segments = new ArrayList<>(Collections.nCopies(SEGMENTS, Map.of()));
        entries.forEach((key, value) -> {
            int at = segment(key);
            if (segments.get(at).isEmpty()) {
                segments.set(at, new HashMap<>(4));
            }
            segments.get(at).put(key, value);
        });
        return new SegmentedMap<>(segments, entries.size());
    }

    private static int segment(String key) {
        int hash = key.hashCode() * 0x9E3779B9; // not by the bits that HashMap goes by
        return hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(SEGMENTS));
    }

    int size() {
        return size;
    }

    @Nullable
    V get(String key) {
        return segments.get(segment(key)).get(key);
    }

    SegmentedMap<V> with(String key, V value) {
        Map<String, V> segment = new HashMap<>(segments.get(segment(key)));
        int added = segment.put(key, value) == null ? 1 : 0;
        return replacing(key, segment, size + added);
    }

    SegmentedMap<V> without(String key) {
        if (get(key) == null) {
            return this;
        }
        Map<String, V> segment = new HashMap<>(segments.get(segment(key)));
        segment.remove(key);
        return replacing(key, segment, size - 1);
    }

    private SegmentedMap<V> replacing(String key, Map<String, V> segment, int newSize) {
        List<Map<String, V>> copy = new ArrayList<>(segments);
        copy.set(segment(key), segment);
        return new SegmentedMap<>(copy, newSize);
    }
}
