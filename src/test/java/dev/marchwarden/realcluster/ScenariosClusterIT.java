package dev.marchwarden.realcluster;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tables of test-fixtures/cluster/scenarios, played by kubectl: the guide, every way to write, who may, configuration, workloads, deletion. */
class ScenariosClusterIT {
    @RegisterExtension
    static final InstalledCluster BORDER = InstalledCluster.of(
            "scenarios", InstalledCluster.FIXTURES.resolve("tenancy.yaml"), "workloads.enabled=true");

    @TestFactory
    Stream<DynamicContainer> scenarios() throws IOException {
        return Scenario.all(InstalledCluster.FIXTURES.resolve("scenarios")).stream()
                .map(scenario -> scenario.tests(BORDER));
    }
}
