package dev.marchwarden.policy;

import java.util.Locale;

/** How a request was answered, as metrics, audit annotations and the decision log have it. */
public enum Verdict {
    ALLOWED,
    /** Allowed, and the author was told what is wrong. */
    WARNED,
    /** Allowed, and a label was added. */
    MUTATED,
    /** Would have been denied, had the author not been exempted by the tenancy. */
    EXEMPTED,
    DENIED,
    /** Denied because it could not be decided. */
    ERROR;

    private final String spelling = name().toLowerCase(Locale.ROOT);

    public String spelling() {
        return spelling;
    }

    public boolean allows() {
        return this != DENIED && this != ERROR;
    }
}
