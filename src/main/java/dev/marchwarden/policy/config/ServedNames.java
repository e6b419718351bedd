package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The DNS names outside the cluster that the tenancy gives to a usergroup, or to one of its namespaces, to serve. */
final class ServedNames {
    private static final int MAX_SHOWN = 10;

    private final Usergroup usergroup;
    private final Set<String> names;

    ServedNames(Usergroup usergroup, Boundary boundary) {
        this.usergroup = usergroup;
        this.names = usergroup.externalHosts().names(boundary.namespace(), boundary.isSystem());
    }

    /** Whether the tenancy says nothing of names. */
    boolean isAny() {
        return usergroup.externalHosts().isAny();
    }

    /** Whether a name, itself perhaps a wildcard, is among those that are given. */
    boolean given(String name) {
        return names.stream().anyMatch(pattern -> covers(pattern, name));
    }

    /** The first of them: a tenancy may have thousands. */
    String inWords() {
        if (names.isEmpty()) {
            return "a name that the tenancy gives to this namespace (externalHosts of usergroup " + usergroup.name()
                    + " gives it none)";
        }
        int more = names.size() - MAX_SHOWN;
        return "one of the names that usergroup " + usergroup.name() + " may serve here: "
                + names.stream().limit(MAX_SHOWN).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static boolean covers(String pattern, String name) {
        String lower = pattern.toLowerCase(Locale.ROOT);
        return lower.startsWith("*.")
                ? name.endsWith(lower.substring(1)) && name.length() >= lower.length()
                : name.equals(lower);
    }
}
