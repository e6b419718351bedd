package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What happened to an object, or to a watch.
 *
 * @param before the object as it was; null where there was none
 */
public record WatchEvent(
        long version,
        String type,
        ObjectNode object,
        @Nullable ObjectNode before) {

    /** As somebody sees it who asked for some objects only; null where it is none of theirs. */
    public @Nullable WatchEvent seenBy(Selection selection) {
        if (type.equals("BOOKMARK") || type.equals("ERROR")) {
            return this;
        }
        boolean matched = before != null && selection.matches(before);
        boolean matches = !type.equals("DELETED") && selection.matches(object);
        if (matches) {
            return new WatchEvent(version, matched ? "MODIFIED" : "ADDED", object, before);
        }
        return matched ? new WatchEvent(version, "DELETED", object, before) : null;
    }
}
