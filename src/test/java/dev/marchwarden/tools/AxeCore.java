package dev.marchwarden.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** axe-core (MPL-2.0), which checks a page for accessibility by the rules of WCAG. {@code MARCHWARDEN_AXE} may name another copy. */
public final class AxeCore {
    private static final String PACKAGE = "axe-core@4.14.1";
    private static final String FILE = "axe.min.js";
    private static final String SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";
    private static final String VARIABLE = "MARCHWARDEN_AXE";

    private AxeCore() {}

    /** The script. Where there is none the test is skipped, and says why. */
    public static String script() throws IOException {
        String named = System.getenv(VARIABLE);
        if (named != null && !named.isBlank()) {
            return Files.readString(Path.of(named));
        }
        Path script;
        try {
            script = new ToolPackage(PACKAGE, ToolPackage.cache()).provideFile(FILE, SHA256);
        } catch (IOException e) {
            return Assumptions.abort(
                    "no axe-core: " + e.getMessage() + "; set " + VARIABLE + " to a copy of axe.min.js");
        }
        return Files.readString(script);
    }
}
