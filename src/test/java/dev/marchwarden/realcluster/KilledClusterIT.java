package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kill -9} while people write: writes are refused while nobody answers, nothing crosses, and all goes on when it is back. */
class KilledClusterIT {
    private static final Path MANIFESTS =
            InstalledCluster.FIXTURES.resolve("manifests").toAbsolutePath();
    private static final int TIMES = 3;
    private static final int AWAY_MILLIS = 1_500;
    private static final int THERE_MILLIS = 3_000;

    @RegisterExtension
    static final InstalledCluster BORDER =
            InstalledCluster.of("killed", InstalledCluster.FIXTURES.resolve("tenancy.yaml"));

    @BeforeAll
    static void settle() throws Exception {
        for (Step step : Scenario.read(InstalledCluster.FIXTURES.resolve("unreachable/1-before.table"))
                .steps()) {
            step.play(BORDER.admin());
        }
    }

    @Test
    void nothingCrossesWhenItIsKilledUnderWrites() throws Exception {
        Kubectl alice = BORDER.admin().as("alice", List.of("team-1"));
        Kubectl bob = BORDER.admin().as("bob", List.of());
        try (Writer own = Writer.applying(alice, MANIFESTS.resolve("route-own.yaml"));
                Writer foreign = Writer.applying(alice, MANIFESTS.resolve("route-foreign.yaml"));
                Writer thief = new Writer(
                        bob,
                        "replace",
                        "--raw",
                        "/api/v1/namespaces/app-ns-1",
                        "-f",
                        MANIFESTS.resolve("app-ns-1-moved.json").toString())) {
            for (int i = 0; i < TIMES; i++) {
                int before = own.count("allowed");
                Thread.sleep(THERE_MILLIS);
                assertThat(own.count("allowed"))
                        .as("while it is there: %s", own)
                        .isGreaterThan(before);
                BORDER.marchwarden().server().kill();
                Thread.sleep(AWAY_MILLIS);
                BORDER.marchwarden().restartServer();
            }
            Thread.sleep(THERE_MILLIS);
            System.out.printf("killed %d times: own %s, foreign %s, thief %s%n", TIMES, own, foreign, thief);
            for (Writer writer : List.of(own, foreign, thief)) {
                assertThat(writer.failures()).isEmpty();
                assertThat(writer.count("not called")).isPositive();
            }
            assertThat(own.count("denied") + own.count("undecided"))
                    .as("a wrong no: %s", own)
                    .isZero();
            for (Writer writer : List.of(foreign, thief)) {
                assertThat(writer.count("allowed"))
                        .as("a wrong yes: %s", writer)
                        .isZero();
                assertThat(writer.count("denied")).isPositive();
            }
        }
        assertThat(BORDER.admin()
                        .must("get", "namespace", "app-ns-1", "--output=jsonpath={.metadata.labels.usergroup}"))
                .isEqualTo("usergroup-1");
    }
}
