package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.tools.GoldenFile;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every {@code test-fixtures/twin/NAME/tenancy.yaml}: what {@code render-twin} makes of it is in {@code twin.yaml} beside it. */
class RenderTwinGoldenTest {
    private static final Path CASES = Path.of("test-fixtures/twin");
    private static final Path GUIDE = CASES.resolve("guide");
    private static final YAMLMapper YAML = new YAMLMapper();

    static List<Path> cases() throws Exception {
        try (Stream<Path> all = Files.list(CASES)) {
            return all.sorted().toList();
        }
    }

    private static String rendered(Path directory) {
        Invocation render = Invocation.of("render-twin", "--config", directory.resolve("tenancy.yaml"), "-o", "yaml");
        assertThat(render.exitCode()).as(render.err()).isZero();
        assertThat(render.err()).isEmpty();
        return render.out();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAsItWas(Path directory) throws Exception {
        GoldenFile.holds(directory.resolve("twin.yaml"), rendered(directory));
    }

    /** By models that are not ours. */
    @ParameterizedTest
    @MethodSource("cases")
    void isWhatAnApiServerTakes(Path directory) throws Exception {
        try (MappingIterator<JsonNode> objects = YAML.readerFor(JsonNode.class).readValues(rendered(directory))) {
            while (objects.hasNext()) {
                JsonNode policy = objects.next();
                ValidatingAdmissionPolicy read = YAML.treeToValue(policy, ValidatingAdmissionPolicy.class);
                assertThat(YAML.<JsonNode>valueToTree(read)).isEqualTo(policy);
                JsonNode binding = objects.next();
                ValidatingAdmissionPolicyBinding bound =
                        YAML.treeToValue(binding, ValidatingAdmissionPolicyBinding.class);
                assertThat(YAML.<JsonNode>valueToTree(bound)).isEqualTo(binding);
                assertThat(bound.getSpec().getPolicyName())
                        .isEqualTo(read.getMetadata().getName());
                assertThat(read.getSpec().getFailurePolicy()).isEqualTo("Fail");
                assertThat(Stream.of(read.getMetadata(), bound.getMetadata()))
                        .allSatisfy(metadata -> assertThat(metadata.getLabels())
                                .containsEntry("app.kubernetes.io/managed-by", "marchwarden"));
            }
        }
    }

    private static Invocation guard(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("render-twin", "--config", GUIDE.resolve("tenancy.yaml").toString(), "--static"));
        arguments.addAll(List.of(more));
        return Invocation.of(arguments.toArray());
    }

    @Test
    void theGuardIsAsItWas() throws Exception {
        Invocation render = guard("--permit-user", "helm", "--permit-group", "platform-admins");
        assertThat(render.exitCode()).as(render.err()).isZero();
        GoldenFile.holds(GUIDE.resolve("guard.yaml"), render.out());
    }

    /** Nobody could install or remove anything. */
    @Test
    void theGuardPermitsSomebody() {
        assertThat(guard().exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(guard().out()).isEmpty();
        assertThat(guard().errors()).singleElement().asString().contains("(expected: --permit-user or --permit-group");
        assertThat(guard("--permit-user", "a\nb").errors())
                .singleElement()
                .asString()
                .contains("\"a?b\" is no name of a user or group");
        assertThat(guard("--permit-user", "a", "--complete-pairs").exitCode()).isEqualTo(ExitCode.ERROR);
        Invocation alone =
                Invocation.of("render-twin", "--config", GUIDE.resolve("tenancy.yaml"), "--permit-user", "a");
        assertThat(alone.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(alone.errors()).singleElement().asString().contains("(expected: --static with them)");
    }

    @Test
    void aTenancyFileWithMistakesIsAnError() {
        Invocation render = Invocation.of("render-twin", "--config", "test-fixtures/twin/missing.yaml");
        assertThat(render.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(render.out()).isEmpty();
        assertThat(render.err()).contains("missing.yaml");
    }

    /** An API server would take the bindings and refuse the policies. */
    @Test
    void aTenancyThatIsTooLargeIsAnError(@TempDir Path directory) throws Exception {
        StringBuilder file = new StringBuilder("""
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec:
                  usergroups:
                """);
        for (int i = 1000; i < 2000; i++) {
            file.append(
                    "  - {name: usergroup-%1$d, revisions: [usergroup-%1$d-1-30, usergroup-%1$d-1-31, usergroup-%1$d-1-32]}\n"
                            .formatted(i));
        }
        Path tenancy = Files.writeString(directory.resolve("tenancy.yaml"), file);
        Invocation render = Invocation.of("render-twin", "--config", tenancy);
        assertThat(render.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(render.out()).isEmpty();
        assertThat(render.errors()).singleElement().asString().contains("(expected: at most 100000");
    }
}
