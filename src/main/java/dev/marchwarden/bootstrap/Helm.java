package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.text.Quoted;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code helm} command: 3.12 or newer, or 4. Values go in by standard input, so that none lie about in files. Every method throws
 * {@link IOException} with helm's own message where helm fails.
 */
public final class Helm {
    private static final Duration SHORT = Duration.ofMinutes(2);

    /** Charts may have to be fetched, and helm is to notice first that time is up. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private static final int MAX_MESSAGE = 2000;

    private final Path binary;
    private final HelmVersion version;
    private final HelmCluster cluster;

    private Helm(Path binary, HelmVersion version, HelmCluster cluster) {
        this.binary = binary;
        this.version = version;
        this.cluster = cluster;
    }

    /**
     * Finds it and asks for its version.
     *
     * @param named the binary, or null for the one on the path
     * @param path directories as in {@code PATH}
     * @param cluster of all commands that ask one
     */
    public static Helm find(@Nullable Path named, String path, HelmCluster cluster) throws IOException {
        Path binary = named == null ? onPath(path) : named;
        if (!Files.isExecutable(binary) || Files.isDirectory(binary)) {
            throw new IOException("--helm " + binary + ": no program (expected: " + HelmVersion.EXPECTED + ")");
        }
        ProgramRun run = ProgramRun.of(List.of(binary.toString(), "version", "--short"), Map.of(), "", SHORT);
        HelmVersion version = HelmVersion.parse(run.out())
                .filter(found -> run.exit() == 0)
                .orElseThrow(() -> new IOException(
                        binary + ": does not say which helm it is (expected: " + HelmVersion.EXPECTED + ")"));
        if (!version.isSupported()) {
            throw new IOException(binary + ": helm " + version + " (expected: " + HelmVersion.EXPECTED + ")");
        }
        return new Helm(binary, version, cluster);
    }

    private static Path onPath(String path) throws IOException {
        for (String directory : path.split(File.pathSeparator)) {
            Path binary = Path.of(directory.isEmpty() ? "." : directory, "helm");
            if (Files.isExecutable(binary) && !Files.isDirectory(binary)) {
                return binary;
            }
        }
        throw new IOException("no helm on the PATH (expected: " + HelmVersion.EXPECTED + "; --helm FILE names one)");
    }

    /** The manifests that the chart makes of the values, as YAML; no cluster is asked. */
    public String template(HelmRelease release) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("template", release.name()));
        arguments.addAll(release.chart().arguments());
        arguments.addAll(List.of("--namespace", release.namespace(), "--values", "-"));
        return run(arguments, release.values().toString(), SHORT);
    }

    /** The releases of a namespace, in whatever state, with what was set for each. */
    public Map<ObjectId, InstalledRelease> releases(String namespace) throws IOException {
        Map<ObjectId, InstalledRelease> releases = new HashMap<>();
        for (JsonNode listed : json(list(namespace))) {
            String name = listed.path("name").asText();
            releases.put(
                    ObjectId.ofRelease(namespace, name),
                    new InstalledRelease(
                            listed.path("chart").asText(), listed.path("status").asText(), values(namespace, name)));
        }
        return releases;
    }

    /** The same by their names alone, which is one question to helm and not one more for each. */
    public List<String> releaseNames(String namespace) throws IOException {
        return json(list(namespace))
                .valueStream()
                .map(listed -> listed.path("name").asText())
                .toList();
    }

    private List<String> list(String namespace) {
        List<String> arguments = new ArrayList<>(List.of("list", "--namespace", namespace, "--output", "json"));
        arguments.addAll(version.listAllFlags());
        arguments.addAll(cluster.arguments());
        return arguments;
    }

    private JsonNode values(String namespace, String name) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("get", "values", name, "--namespace", namespace, "--output", "json"));
        arguments.addAll(cluster.arguments());
        return json(arguments);
    }

    /** Installs or upgrades, and waits until it is up; if it does not come up, what was before is put back. */
    public void upgrade(HelmRelease release, Duration timeout) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("upgrade", "--install", release.name()));
        arguments.addAll(release.chart().arguments());
        arguments.addAll(List.of("--namespace", release.namespace(), "--values", "-"));
        arguments.addAll(List.of("--wait", "--timeout", timeout.toSeconds() + "s"));
        arguments.addAll(version.applyFlags());
        arguments.addAll(cluster.arguments());
        run(arguments, release.values().toString(), timeout.multipliedBy(2).plus(GRACE));
    }

    /** Takes a release away, and waits until its objects are gone. */
    public void uninstall(String namespace, String name, Duration timeout) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("uninstall", name, "--namespace", namespace));
        arguments.addAll(List.of("--wait", "--timeout", timeout.toSeconds() + "s"));
        arguments.addAll(cluster.arguments());
        run(arguments, "", timeout.plus(GRACE));
    }

    private JsonNode json(List<String> arguments) throws IOException {
        String output = run(arguments, "", SHORT);
        try {
            return JsonTrees.MAPPER.readTree(output);
        } catch (JsonProcessingException e) {
            throw new IOException(shown(arguments) + ": no JSON, but " + Quoted.of(output), e);
        }
    }

    private String run(List<String> arguments, String input, Duration timeout) throws IOException {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(arguments);
        ProgramRun run;
        try {
            run = ProgramRun.of(command, cluster.environment(), input, timeout);
        } catch (IOException e) {
            throw new IOException(shown(arguments) + ": " + e.getMessage(), e);
        }
        if (run.exit() != 0) {
            throw new IOException(shown(arguments) + ": " + message(run));
        }
        return run.out();
    }

    private static String shown(List<String> arguments) {
        return "helm " + String.join(" ", arguments);
    }

    /** The end of it, where the reason stands. */
    private static String message(ProgramRun run) {
        String said =
                run.err().isBlank() ? "exit code " + run.exit() : run.err().strip();
        String end = said.length() > MAX_MESSAGE ? "..." + said.substring(said.length() - MAX_MESSAGE) : said;
        return end.replaceAll("[^\\n -~]", "?");
    }
}
