package dev.marchwarden.bootstrap;

import java.util.Locale;

/** What the proxies of a mesh do with traffic to unknown hosts (meshConfig.outboundTrafficPolicy). */
public enum Egress {
    /** Nothing: what is outside the mesh needs a ServiceEntry. */
    REGISTRY_ONLY,
    /** Let it pass, in plain text: to another usergroup's pods too, where only their proxies refuse it. */
    ALLOW_ANY;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
