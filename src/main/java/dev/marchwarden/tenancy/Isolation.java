package dev.marchwarden.tenancy;

import java.util.Locale;

/** Whether a usergroup's namespaces are isolated from each other. The outer one, between usergroups, always stands. */
public enum Isolation {
    /** Its namespaces trust each other. */
    USERGROUP,
    /** Each of its namespaces is a border too. */
    NAMESPACE;

    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
