package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What bootstrap writes passes our own border: of a usergroup by its mesh admin, all of it by an admin of the cluster. */
class BootstrapAdmissionTest {
    @TempDir
    private Path out;

    static List<BootstrapCase> good() throws IOException {
        return BootstrapCase.good();
    }

    private static void assertPasses(BootstrapCase its, String group, int atLeast, Path... manifests) throws Exception {
        Object[] arguments = {"check", "--config", its.tenancy(), "--as", "admin", "--as-group", group, "-o", "json"};
        List<Object> all = new ArrayList<>(List.of(arguments));
        for (Path path : manifests) {
            all.addAll(List.of("-f", path));
        }
        Invocation check = Invocation.of(all.toArray());
        assertThat(check.exitCode()).as(check.out() + check.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(check.out());
        assertThat(report.path("violations")).isEmpty();
        assertThat(report.path("summary").path("lookedAt").asInt())
                .as(report.toPrettyString())
                .isGreaterThanOrEqualTo(atLeast);
    }

    @ParameterizedTest
    @MethodSource("good")
    void aMeshAdminMayWriteIt(BootstrapCase its) throws Exception {
        assertThat(its.run("render", "--out", out).exitCode()).isZero();
        Path manifests = out.resolve("manifests");
        for (Usergroup usergroup : TenancyFile.read(its.tenancy()).usergroups()) {
            String group = usergroup.meshAdmins().groups().iterator().next();
            boolean shared = usergroup.systemNamespace().equals("istio-system");
            Path own = manifests.resolve(usergroup.name());
            if (shared) {
                assertPasses(its, group, 3, own, manifests.resolve("base-namespace.yaml"));
            } else {
                assertPasses(its, group, 3, own);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void anAdminOfTheClusterMayWriteAllOfTheStream(BootstrapCase its) throws Exception {
        assertPasses(
                its,
                "system:masters",
                4,
                Files.writeString(out.resolve("stream.yaml"), its.run("render").out()));
    }
}
