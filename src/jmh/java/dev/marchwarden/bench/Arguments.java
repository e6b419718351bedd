package dev.marchwarden.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts in {@code bench/} hand over: {@code [--quick] [--before JAR] [WORD...] DIRECTORY -- JAVA FLAG...}.
 *
 * @param before the jar of another commit to measure beside this one; null for none
 * @param words what else was given
 * @param directory holds the TLS directory {@code tls}; more is put there
 * @param java the executable and flags that a server is to be started with
 */
record Arguments(boolean quick, @Nullable String before, List<String> words, Path directory, List<String> java) {
    static Arguments of(String[] arguments) {
        List<String> all = Arrays.asList(arguments);
        int dashes = all.indexOf("--");
        boolean quick = false;
        String before = null;
        List<String> words = new ArrayList<>();
        for (int i = 0; i < dashes - 1; i++) {
            switch (all.get(i)) {
                case "--quick" -> quick = true;
                case "--before" -> before = all.get(++i);
                default -> words.add(all.get(i));
            }
        }
        return new Arguments(quick, before, words, Path.of(all.get(dashes - 1)), all.subList(dashes + 1, all.size()));
    }

    /** The one or the other, as the run is quick or full. */
    int pick(int ifQuick, int ifFull) {
        return quick ? ifQuick : ifFull;
    }
}
