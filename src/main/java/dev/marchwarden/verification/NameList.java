package dev.marchwarden.verification;

import java.util.List;

/** Many names in one line. */
final class NameList {
    private static final int SHOWN = 5;

    private NameList() {}

    /** {@code a, b, c, d, e and 7 more}. */
    static String some(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.size() > SHOWN ? shown + " and " + (names.size() - SHOWN) + " more" : shown;
    }
}
