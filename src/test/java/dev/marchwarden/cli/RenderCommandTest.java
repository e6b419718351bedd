package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the directory. */
class RenderCommandTest {
    private static final Path TENANCY = Path.of("test-fixtures/bootstrap/guide/tenancy.yaml");

    @TempDir
    private Path directory;

    private Path out = Path.of("");

    @BeforeEach
    void choose() {
        out = directory.resolve("new/control-planes");
    }

    private Invocation render() {
        return Invocation.of("bootstrap", "render", "--config", TENANCY, "--out", out);
    }

    @Test
    void itIsMadeAndTheIndexNamed() {
        Invocation render = render();
        assertThat(render.exitCode()).as(render.err()).isZero();
        assertThat(render.out()).containsPattern("^\\d+ files in ").contains("README.md");
        assertThat(out.resolve("README.md")).exists();
    }

    @Test
    void whatTheTenancyHasNoMoreIsNamedAndLeftAlone() throws Exception {
        render();
        Path stale =
                Files.createDirectories(out.resolve("manifests/usergroup-3")).resolve("namespace.yaml");
        Files.writeString(stale, "theirs");
        Path own = Files.writeString(out.resolve("kustomization.yaml"), "theirs");
        Files.writeString(out.resolve("README.md"), "old");
        Invocation again = render();
        assertThat(again.exitCode()).isZero();
        assertThat(again.errors())
                .containsExactly("marchwarden: " + stale + " is not in this tenancy any more (delete it)");
        assertThat(stale).hasContent("theirs");
        assertThat(own).hasContent("theirs");
        assertThat(out.resolve("README.md")).content().startsWith("# Control planes");
    }

    @Test
    void withoutUsergroupsThereIsNothingToSetUp() {
        Path none = Path.of("test-fixtures/tenancy/good/empty-usergroups.yaml");
        Invocation render = Invocation.of("bootstrap", "render", "--config", none, "--out", out);
        assertThat(render.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(render.errors())
                .containsExactly("marchwarden: " + none
                        + ": spec.usergroups: [] (expected: at least one usergroup to set" + " up)");
    }

    @Test
    void aFileIsNoFolder() throws Exception {
        Files.createDirectories(directory.resolve("new"));
        Files.writeString(out, "");
        Invocation render = render();
        assertThat(render.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(render.errors()).singleElement().asString().contains(out + " cannot be written to");
    }

    @Test
    void aFolderIsNoFileOfValues() {
        Invocation render =
                Invocation.of("bootstrap", "render", "--config", TENANCY, "--values", "usergroup-1=" + directory);
        assertThat(render.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(render.errors())
                .containsExactly(
                        "marchwarden: " + directory + " cannot be read (expected: a file that exists and is readable)");
    }

    @Test
    void bootstrapAloneShowsWhatThereIs() {
        Invocation bootstrap = Invocation.of("bootstrap");
        assertThat(bootstrap.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(bootstrap.err()).contains("plan", "render", "apply", "status", "assign", "remove");
    }
}
