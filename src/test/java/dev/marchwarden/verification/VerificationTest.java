package dev.marchwarden.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.bootstrap.UsergroupStep;
import dev.marchwarden.bootstrap.UsergroupSteps;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.Severity;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A cluster that is as it should be, and one case for each thing that can be wrong with it. */
@Timeout(60)
class VerificationTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String EXPECTED = "expected:";
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path directory;

    static List<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(FixtureCluster.DIRECTORY.resolve("cases"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Report report(JsonNode testCase) throws Exception {
        FixtureCluster cluster = new FixtureCluster();
        testCase.path("change").forEach(cluster::change);
        Instant now = testCase.has("now") ? Instant.parse(testCase.get("now").asText()) : NOW;
        try (StandInApiServer server = StandInApiServer.start()) {
            cluster.putInto(server);
            Path kubeconfig = server.kubeconfig(directory.resolve("kubeconfig"), "ann");
            try (ClusterClient client =
                    new ClusterClient(ClusterConfig.ofKubeconfig(kubeconfig), Duration.ofSeconds(10))) {
                return new Verification(InstantSource.fixed(now)).verify(tenancy(testCase), client);
            }
        }
    }

    /** Usergroups that the case lists under {@code isolation} are isolated by namespace. */
    private static Tenancy tenancy(JsonNode testCase) throws Exception {
        String text = Files.readString(FixtureCluster.DIRECTORY.resolve("tenancy.yaml"));
        for (JsonNode usergroup : testCase.path("isolation")) {
            String name = "  - name: " + usergroup.asText() + "\n";
            text = text.replace(name, name + "    isolation: namespace\n");
        }
        return TenancyFile.parse("tenancy.yaml", text.getBytes(UTF_8));
    }

    /** To write what is expected anew, where it is meant to be so: {@code MARCHWARDEN_GOLDEN=write}. */
    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatIsNotAsItShouldBeAndWhatToDo(String name) throws Exception {
        Path file = FixtureCluster.DIRECTORY.resolve("cases").resolve(name);
        JsonNode testCase = YAML.readTree(file.toFile());
        List<String> found = report(testCase).findings().stream()
                .filter(line -> line.severity() != Severity.OK)
                .map(line -> line.severity().word() + " " + line.code() + " " + line.subject() + ": " + line.found()
                        + " | Fix: " + line.fix())
                .toList();
        String text = Files.readString(file);
        String change = text.contains(EXPECTED) ? text.substring(0, text.indexOf(EXPECTED)) : text;
        List<String> quoted = found.stream()
                .map(line -> "- '" + line.replace("'", "''") + "'\n")
                .toList();
        GoldenFile.holds(file, change + EXPECTED + (found.isEmpty() ? " []\n" : "\n" + String.join("", quoted)));
    }

    @Test
    void allIsAsItShouldBe() throws Exception {
        Report report = report(YAML.createObjectNode());
        assertThat(report.findings()).allMatch(line -> line.severity() == Severity.OK);
        assertThat(report.isVerified()).isTrue();
        assertThat(report.findings())
                .extracting(Finding::code)
                .as("each step of bootstrap is verified")
                .containsAll(UsergroupSteps.ALL.stream()
                        .map(step -> step.check().equals(UsergroupStep.AS_WRITTEN) ? step.name() : step.check())
                        .toList());
        assertThat(report.proxies())
                .extracting(row -> row.namespace() + "/" + row.pod() + " " + row.usergroup() + " "
                        + row.proxy().revision() + " " + row.proxy().version() + " "
                        + (row.proxy().isNative() ? "native" : "classic"))
                .containsExactly(
                        "app-ns-1/httpbin-66858df76d-jrg8p usergroup-1 usergroup-1 1.30.3 native",
                        "app-ns-1/sleep-5fcd8fd6c8-mqg92 usergroup-1 usergroup-1 1.30.3 native",
                        "app-ns-2/httpbin-66858df76d-tx9bz usergroup-2 usergroup-2 1.30.3 classic",
                        "app-ns-2/sleep-5fcd8fd6c8-7w5dr usergroup-2 usergroup-2 1.30.3 classic",
                        "shop/web-7c9d6b5d4f-2k4lq usergroup-1 usergroup-1 1.30.3 classic");
    }
}
