package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.tools.Crossing;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The manifests of test-fixtures/crossings, brought by somebody who owns all usergroups; and their twins. */
class CrossingsClusterIT {
    private static final Path DIRECTORY = Path.of("test-fixtures", "crossings").toAbsolutePath();

    /** TLS towards a Service of the own namespace is at most a warning. */
    private static final Set<String> OWN_BACKENDS =
            Set.of("backendtlspolicy-plain-tls.yaml", "destinationrule-subset-simple-tls.yaml");

    @RegisterExtension
    static final InstalledCluster BORDER = InstalledCluster.of("crossings", DIRECTORY.resolve("tenancy.yaml"));

    @BeforeAll
    static void settle() throws Exception {
        BORDER.admin().must("apply", "-f", DIRECTORY.resolve("namespaces.yaml").toString());
    }

    private static Kubectl owner() {
        return BORDER.admin().as("tina", List.of("team-1", "team-2", "team-3"));
    }

    @TestFactory
    Stream<DynamicTest> crossings() throws IOException {
        return Crossing.table().stream()
                .map(its -> DynamicTest.dynamicTest(its.file(), () -> crossing(its.file(), its.rule(), its.path())));
    }

    private static void crossing(String file, String rule, String path) throws Exception {
        String manifest = DIRECTORY.resolve("manifests").resolve(file).toString();
        boolean warns = rule.equals("config-outside-mesh") || OWN_BACKENDS.contains(file);
        for (List<String> command : List.of(
                List.of("create", "--dry-run=server"), List.of("apply", "--dry-run=server"), List.of("create"))) {
            ToolRun run = owner().reading(
                            "",
                            Stream.concat(command.stream(), Stream.of("-f", manifest))
                                    .toList());
            KubectlAnswer answer = KubectlAnswer.of(run);
            assertThat(answer.decision()).as("%s: %s", command, answer.text()).isEqualTo(warns ? "allowed" : "denied");
            assertThat(warns ? answer.warned() : answer.rules())
                    .as(answer.text())
                    .isEqualTo(Set.of(rule));
            assertThat(run.err()).contains(rule + ": " + path + " is ");
        }
        if (warns) {
            owner().must("delete", "-f", manifest);
        }
    }

    @TestFactory
    Stream<DynamicTest> twins() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("clean"))) {
            return files.sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> twin(file.toString())));
        }
    }

    private static void twin(String manifest) throws Exception {
        for (List<String> command :
                List.of(List.of("apply", "--dry-run=server"), List.of("create"), List.of("delete"))) {
            ToolRun run = owner().reading(
                            "",
                            Stream.concat(command.stream(), Stream.of("-f", manifest))
                                    .toList());
            assertThat(run.succeeded()).as("%s: %s", command, run.text()).isTrue();
            assertThat(run.err()).isEmpty();
        }
    }
}
