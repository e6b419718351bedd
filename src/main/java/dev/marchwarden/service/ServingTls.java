package dev.marchwarden.service;

import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.Readiness;

/** What keeps the webhook served with a certificate that clients accept, from {@link #start} until it is closed. */
interface ServingTls extends AutoCloseable {
    void register(Metrics metrics, Readiness readiness);

    /** Throws {@link IllegalStateException} where the webhook cannot listen. */
    void start();

    /** Another tenancy is in force. */
    default void tenancyChanged() {}

    /** Leads no more, and lets another replica do so. */
    default void yieldLead() {}

    @Override
    void close();
}
