package dev.marchwarden.cli;

import dev.marchwarden.rollout.StoppedException;
import java.io.PrintWriter;
import java.util.List;

/** The message of work that stopped before its end. */
final class StopMessage {
    private StopMessage() {}

    static void print(PrintWriter err, StoppedException e) {
        err.println("marchwarden: stopped at " + e.failed() + ": " + e.getMessage());
        err.println("  done: " + all(e.done()));
        err.println("  not done: " + all(e.left()));
        err.println("  to continue: fix the cause above and run the command again; finished steps are not repeated");
    }

    private static String all(List<String> steps) {
        return steps.isEmpty() ? "nothing" : String.join(", ", steps);
    }
}
