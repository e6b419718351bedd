package dev.marchwarden.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** What output is written to: its width, and whether it shows colours. */
final class Terminal {
    /** Where nothing says how wide the terminal is. */
    static final int DEFAULT_WIDTH = 100;

    private static final int NARROWEST = 40;
    private static final int WIDEST = 160;

    private Terminal() {}

    /** @param columns what {@code COLUMNS} says, which {@code bin/marchwarden} sets from the terminal */
    static int width(@Nullable String columns) {
        if (columns == null || !columns.matches("[0-9]{1,4}") || Integer.parseInt(columns) == 0) {
            return DEFAULT_WIDTH;
        }
        return Math.clamp(Integer.parseInt(columns), NARROWEST, WIDEST);
    }

    /** Whether standard error is a terminal that can rewrite a line. Java tells only of the other two, so that these decide where there is no /proc. */
    @SuppressWarnings("SystemConsoleNull") // it still is where the console's module is missing
    static boolean showsProgress(Map<String, String> environment) {
        if ("dumb".equals(environment.get("TERM"))) {
            return false;
        }
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString().matches("/dev/(pts/[0-9]+|tty.*)");
        } catch (IOException | UnsupportedOperationException e) {
            Console console = System.console();
            return console != null && console.isTerminal();
        }
    }

    /** Colour on a terminal only, and not where NO_COLOR is set (no-color.org). */
    @SuppressWarnings("SystemConsoleNull") // it still is where the console's module is missing
    static Ansi ansi(Map<String, String> environment) {
        Console console = System.console();
        boolean colour = console != null
                && console.isTerminal()
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
        return colour ? Ansi.ON : Ansi.OFF;
    }
}
