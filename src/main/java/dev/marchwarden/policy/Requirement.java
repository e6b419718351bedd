package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Usergroup;
import java.util.Locale;

/**
 * A right that the author of a change needs and that the tenancy does not give: for the rim to ask about.
 *
 * @param verb what they want to do
 * @param usergroup to which usergroup
 */
public record Requirement(Verb verb, String usergroup) {
    /** Verbs on the virtual resource {@code usergroups.marchwarden.dev}. */
    public enum Verb {
        /** Add and remove member namespaces. */
        USE,
        /** Also write raw proxy configuration, and in and to the system namespace. */
        ADMINISTER
    }

    public static Requirement administer(Usergroup usergroup) {
        return new Requirement(Verb.ADMINISTER, usergroup.name());
    }

    @Override
    public String toString() {
        return verb.name().toLowerCase(Locale.ROOT) + " " + usergroup;
    }
}
