package dev.marchwarden.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesToolTest {
    @TempDir
    private Path directory;

    private String version(KubernetesTool tool, String... arguments) throws Exception {
        return ToolRun.of(tool, directory, directory.resolve("kubeconfig"), List.of(arguments))
                .text();
    }

    @Test
    void helmRuns() throws Exception {
        assertThat(version(KubernetesTool.HELM, "version", "--template", "{{.Version}}"))
                .startsWith("exit 0")
                .contains("v4.");
    }

    @Test
    void theOlderHelmRuns() throws Exception {
        assertThat(version(KubernetesTool.HELM_3, "version", "--template", "{{.Version}}"))
                .startsWith("exit 0")
                .contains("v3.");
    }

    @Test
    void kubectlRuns() throws Exception {
        assertThat(version(KubernetesTool.KUBECTL, "version", "--client"))
                .startsWith("exit 0")
                .contains("v1.");
    }

    @Test
    void whatHasAnotherDigestIsNotRun() throws Exception {
        Path file = Files.writeString(directory.resolve("helm"), "");
        String digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        ToolPackage.require(file, digest);
        Files.writeString(file, "#!/bin/sh");
        assertThatThrownBy(() -> ToolPackage.require(file, digest))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected: " + digest);
    }
}
