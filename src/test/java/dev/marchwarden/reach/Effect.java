package dev.marchwarden.reach;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** How far an object took effect in the configuration of proxies, the least first. */
public enum Effect {
    /** The API server does not take such an object. */
    REFUSED,
    NOTHING,
    /** Proxies of its own namespace, and what they are told leads to no other namespace. */
    OWN,
    /** Proxies of other namespaces of its usergroup, or what proxies are told names one of these. */
    USERGROUP,
    /** Proxies of another usergroup, or what proxies are told names one of its namespaces, addresses or identities. */
    ACROSS;

    static Effect named(String word) {
        return Arrays.stream(values())
                .filter(effect -> effect.toString().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no effect is called " + word));
    }

    /** Refused where there are none. */
    public static Effect widest(Collection<Effect> effects) {
        return effects.stream().max(Effect::compareTo).orElse(REFUSED);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
