package dev.marchwarden.tenancy;

import dev.marchwarden.text.Nearest;
import java.util.Collection;

/** The text for messages about a wrong usergroup name. */
final class UsergroupNames {
    private UsergroupNames() {}

    /** @param spelling that is none of the names */
    static String meant(String spelling, Collection<String> names) {
        return Nearest.to(spelling, names)
                .map(near -> "the name of a usergroup; did you mean \"" + near + "\"?")
                .orElse("the name of a usergroup");
    }
}
