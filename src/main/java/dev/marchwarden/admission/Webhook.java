package dev.marchwarden.admission;

import java.util.Locale;

/** The two webhooks: one completes, one decides. */
public enum Webhook {
    VALIDATE,
    MUTATE;

    private final String spelling = name().toLowerCase(Locale.ROOT);

    public String spelling() {
        return spelling;
    }
}
