package dev.marchwarden.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What the scripts in {@code bench/} hand over: {@code [--quick] DIRECTORY -- JAVA FLAG...}.
 *
 * @param directory holds the TLS directory {@code tls}; more is put there
 * @param java the executable and flags that a server is to be started with
 */
record Arguments(boolean quick, Path directory, List<String> java) {
    static Arguments of(String[] arguments) {
        List<String> all = Arrays.asList(arguments);
        int dashes = all.indexOf("--");
        boolean quick = all.subList(0, dashes).contains("--quick");
        return new Arguments(quick, Path.of(all.get(dashes - 1)), all.subList(dashes + 1, all.size()));
    }

    /** The one or the other, as the run is quick or full. */
    int pick(int ifQuick, int ifFull) {
        return quick ? ifQuick : ifFull;
    }
}
