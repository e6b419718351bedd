package dev.marchwarden.reach;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON or YAML inside a value, as annotations have it. What two readers could take differently cannot be read at all: keys that are given
 * twice, aliases, merge keys, tags, more than one document, more than {@link #MAX_DEPTH} levels. Null is as good as absent.
 */
public sealed interface Embedded {
    int MAX_DEPTH = 32;

    /** A string, a number or a boolean. */
    record Text(String value) implements Embedded {}

    /** In the order in which they stand there. */
    record Items(List<Embedded> items) implements Embedded {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** In the order in which they stand there. */
    record Fields(Map<String, Embedded> fields) implements Embedded {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /** The value of a field that is a single one; null where there is none. */
        public @Nullable String text(String name) {
            return fields.get(name) instanceof Text text ? text.value() : null;
        }
    }

    /** An object in JSON; null where it is none or cannot be read. */
    static @Nullable Fields json(String text) {
        return EmbeddedReader.json(text);
    }

    /** An object in YAML, of which JSON is a part; nothing at all is one without fields. Null where it is none or cannot be read. */
    static @Nullable Fields yaml(String text) {
        return EmbeddedReader.yaml(text);
    }
}
