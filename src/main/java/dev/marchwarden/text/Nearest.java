package dev.marchwarden.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the nearest spelling of a mistyped name: the known word that differs from the given one by at most two letters, case
 * aside. Where two are equally near nobody can say which one was meant.
 */
public final class Nearest {
    private static final int MAX_DISTANCE = 2;
    private static final int MAX_LENGTH = 63;

    private Nearest() {}

    public static Optional<String> to(String word, Collection<String> known) {
        if (word.isBlank() || word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String plain = word.strip().toLowerCase(Locale.ROOT);
        int least = MAX_DISTANCE + 1;
        String nearest = null;
        for (String candidate : known) {
            int distance = distance(plain, candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = candidate;
            } else if (distance == least) {
                nearest = null;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Levenshtein's distance: how many letters must be put in, taken out or exchanged. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int exchanged = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(exchanged, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
