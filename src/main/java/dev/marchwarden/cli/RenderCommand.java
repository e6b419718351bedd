package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.bootstrap.Rendering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bootstrap render}: the same as files. */
@Command(
        name = "render",
        description = {
            "Writes the control planes as files, for GitOps: manifests, helm values, IstioOperator files",
            "and a README.md with the commands in order. Without --out: the manifests as one stream of YAML,",
            "with the helm commands as comments."
        },
        exitCodeList = {"0:rendered", "2:the control planes cannot be set up like this, or a file not written"},
        footer = {
            "",
            "Examples:",
            "  marchwarden bootstrap render --config tenancy.yaml --out control-planes",
            "  marchwarden bootstrap render --config tenancy.yaml | kubectl diff -f -"
        })
final class RenderCommand implements Callable<Integer> {
    /** How it is written. */
    enum Format {
        yaml
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ControlPlaneOptions options;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write files into this directory, which is created if it does not exist.")
    private @Nullable Path out;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "yaml",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Override
    public Integer call() {
        Rendering rendering = new Rendering(options.desiredState());
        Page page = new Page(spec.commandLine());
        if (out == null) {
            page.raw(
                    switch (format) {
                        case yaml -> rendering.stream();
                    });
            return ExitCode.OK;
        }
        Map<String, String> files = rendering.files();
        try {
            write(files, out);
            page.text(
                    files.size() + " files in " + out + "; " + out.resolve("README.md") + " says what to do with them");
            for (String stale : others(files, out)) {
                spec.commandLine()
                        .getErr()
                        .println("marchwarden: " + out.resolve(stale) + " is not in this tenancy any more (delete it)");
            }
        } catch (IOException e) {
            throw new Failure(
                    out + " cannot be written to: " + e.getMessage() + " (expected: a directory, or a place for one)",
                    e);
        }
        return ExitCode.OK;
    }

    private static void write(Map<String, String> files, Path directory) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            Files.writeString(path, file.getValue(), UTF_8);
        }
    }

    /** What an earlier tenancy left: a GitOps tool would go on applying it. */
    private static List<String> others(Map<String, String> files, Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.matches("(manifests|values|istioctl)/.+") && !files.containsKey(file))
                    .sorted()
                    .toList();
        }
    }
}
