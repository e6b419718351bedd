package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Without {@code webhook.unknownKinds} only what is known is sent. A version that is not known is sent all the same, as one that is: the API
 * server converts it, for the rules are matched as equivalent.
 */
class KnownKindsClusterIT {
    @RegisterExtension
    static final InstalledCluster BORDER = InstalledCluster.of(
            "known-kinds", InstalledCluster.FIXTURES.resolve("tenancy.yaml"), "webhook.unknownKinds=false");

    @TestFactory
    Stream<DynamicNode> scenarios() throws IOException {
        List<DynamicNode> nodes =
                new ArrayList<>(Scenario.all(InstalledCluster.FIXTURES.resolve("known-kinds")).stream()
                        .map(scenario -> scenario.tests(BORDER))
                        .toList());
        nodes.add(DynamicTest.dynamicTest(
                "the log has the version that was judged",
                () -> assertThat(BORDER.marchwarden().server().decisions())
                        .filteredOn(line -> line.contains("\"name\":\"two\""))
                        .isNotEmpty()
                        .allSatisfy(line -> assertThat(line).contains("\"version\":\"v1"))));
        return nodes.stream();
    }
}
