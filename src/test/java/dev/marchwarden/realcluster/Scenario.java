package dev.marchwarden.realcluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/**
 * A table of steps, as explained in test-fixtures/cluster/README.md.
 *
 * @param controllers whether it needs a kube-controller-manager
 */
record Scenario(String name, boolean controllers, List<Step> steps) {
    static Scenario read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return new Scenario(
                file.getFileName().toString(),
                lines.getFirst().equals("# controllers"),
                lines.stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(Step::of)
                        .toList());
    }

    /** All of a directory, in the order of their names. */
    static List<Scenario> all(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Scenario> scenarios = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                scenarios.add(read(file));
            }
            return scenarios;
        }
    }

    /** To be played in order. */
    DynamicContainer tests(InstalledCluster border) {
        return DynamicContainer.dynamicContainer(
                name,
                steps.stream()
                        .map(step -> DynamicTest.dynamicTest(step.toString(), () -> {
                            assumeTrue(
                                    !controllers || border.cluster().hasControllers(), "needs kube-controller-manager");
                            step.play(border.admin());
                        })));
    }
}
