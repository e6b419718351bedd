package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A part of the desired state that is put in place at once, after those before it. */
public sealed interface Step {
    /** The same for the same tenancy, whatever else is asked for: {@code base}, or {@code USERGROUP/WHAT}. */
    String name();

    /** One sentence: what it is there for. */
    String purpose();

    /**
     * Objects to be applied.
     *
     * @param objects in their order; never changed
     */
    record Objects(String name, String purpose, List<JsonNode> objects) implements Step {
        public Objects {
            objects = List.copyOf(objects);
        }
    }

    /** A release to be installed, or upgraded, and waited for. */
    record Release(String name, String purpose, HelmRelease release) implements Step {}
}
