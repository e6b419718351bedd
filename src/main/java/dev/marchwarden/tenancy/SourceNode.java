package dev.marchwarden.tenancy;

import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A piece of a YAML or JSON file that knows the line it came from; lines count from 1. */
sealed interface SourceNode {
    int line();

    /** The value as a message may show it. */
    String shown();

    /**
     * @param text the value as written, without quotes
     * @param type what YAML takes it for
     */
    record Scalar(int line, String text, Type type) implements SourceNode {
        enum Type {
            STRING,
            NUMBER,
            BOOLEAN,
            NULL;

            String spelling() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        @Override
        public String shown() {
            if (text.isEmpty()) {
                return "nothing";
            }
            return type == Type.STRING ? Quoted.of(text) : Quoted.bare(text);
        }
    }

    record Sequence(int line, List<SourceNode> items) implements SourceNode {
        @Override
        public String shown() {
            return items.isEmpty() ? "[]" : "a list";
        }
    }

    /**
     * @param entries by their key
     * @param repeated further entries under keys that {@code entries} has already
     */
    record Mapping(int line, Map<String, Entry> entries, Map<String, Entry> repeated) implements SourceNode {
        @Override
        public String shown() {
            return entries.isEmpty() ? "{}" : "a map";
        }
    }

    /**
     * @param line of the key
     */
    record Entry(int line, SourceNode value) {}
}
