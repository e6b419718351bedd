package dev.marchwarden.tenancy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The consequence of a violation, from the mildest to the strictest. */
public enum Enforcement {
    /** The rule is not looked at. */
    OFF,
    /** Only the decision log and the audit annotations tell. */
    AUDIT,
    /** The request passes and its author is warned. */
    WARN,
    /** The request is denied. */
    DENY;

    private final String spelling = name().toLowerCase(Locale.ROOT);

    /** The level as the tenancy file spells it. */
    public String spelling() {
        return spelling;
    }

    public static Optional<Enforcement> named(String spelling) {
        return Arrays.stream(values())
                .filter(level -> level.spelling().equals(spelling))
                .findFirst();
    }

    static String spellings() {
        return Arrays.stream(values()).map(Enforcement::spelling).collect(Collectors.joining(", "));
    }

    public Enforcement stricter(Enforcement other) {
        return compareTo(other) >= 0 ? this : other;
    }

    public Enforcement milder(Enforcement other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
