package dev.marchwarden.bootstrap;

import java.util.List;

/**
 * The change of one object or release.
 *
 * @param differences that make it an update, at least one; none otherwise
 */
public record Change(ObjectId subject, Action action, List<Difference> differences) {
    /** Kinds of changes. */
    public enum Action {
        CREATE("create"),
        UPDATE("update"),
        /** It is as it should be. */
        NONE("unchanged");

        private final String words;

        Action(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    public Change {
        differences = List.copyOf(differences);
    }

    static Change create(ObjectId subject) {
        return new Change(subject, Action.CREATE, List.of());
    }

    /** An update, if there is a difference. */
    static Change of(ObjectId subject, List<Difference> differences) {
        return new Change(subject, differences.isEmpty() ? Action.NONE : Action.UPDATE, differences);
    }
}
