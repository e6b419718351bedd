package dev.marchwarden.realcluster;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the API server does by itself while nobody answers: the conditions of the webhook configurations let the system go on, and
 * everything that concerns a border stops.
 */
class UnreachableClusterIT {
    @RegisterExtension
    static final InstalledCluster BORDER = InstalledCluster.of(
            "unreachable", InstalledCluster.FIXTURES.resolve("tenancy.yaml"), "workloads.enabled=true");

    @TestFactory
    List<DynamicNode> scenarios() throws IOException {
        List<Scenario> scenarios = Scenario.all(InstalledCluster.FIXTURES.resolve("unreachable"));
        return List.of(
                scenarios.get(0).tests(BORDER),
                DynamicTest.dynamicTest(
                        "killed", () -> BORDER.marchwarden().server().kill()),
                scenarios.get(1).tests(BORDER),
                DynamicTest.dynamicTest(
                        "started again", () -> BORDER.marchwarden().restartServer()),
                scenarios.get(2).tests(BORDER));
    }
}
