package dev.marchwarden.tools;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A Chromium without windows that reaches nobody: no name resolves, and files are all that it opens. */
public final class Chromium implements AutoCloseable {
    private static final String VARIABLE = "CHROMIUM";
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final Duration START = Duration.ofSeconds(30);

    private final Process process;
    private final Path profile;
    private final HttpClient http = HttpClient.newHttpClient();
    private final DevTools tools;

    private Chromium(Process process, Path profile, String url) {
        this.process = process;
        this.profile = profile;
        this.tools = DevTools.connect(http, URI.create(url));
    }

    /** Empty where {@code CHROMIUM} is not set and none is on the {@code PATH}. */
    public static Optional<Path> find() {
        String named = System.getenv(VARIABLE);
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        for (String directory :
                Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator)) {
            for (String name : NAMES) {
                Path binary = Path.of(directory, name);
                if (!directory.isEmpty() && Files.isExecutable(binary)) {
                    return Optional.of(binary);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Where there is none the test is skipped, and says why.
     *
     * @param profile an empty directory
     */
    public static Chromium start(Path profile) throws IOException, InterruptedException {
        Path binary = find().orElseGet(() -> Assumptions.abort("no Chromium on the PATH; set " + VARIABLE
                + " to a binary of it, or install Debian's package chromium"));
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-default-browser-check",
                "--no-first-run",
                "--no-sandbox", // it does not start as root otherwise, and what it opens is our own
                "--disable-gpu",
                "--hide-scrollbars",
                "about:blank"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("output.log").toFile())
                .start();
        try {
            return new Chromium(process, profile, address(process, profile));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Chromium writes its port and a path into a file. */
    private static String address(Process process, Path profile) throws IOException, InterruptedException {
        Path file = profile.resolve("DevToolsActivePort");
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            if (Files.exists(file)) {
                List<String> lines = Files.readAllLines(file);
                if (lines.size() == 2) {
                    return "ws://127.0.0.1:" + lines.get(0) + lines.get(1);
                }
            }
            Thread.sleep(50);
        }
        throw new IOException("Chromium did not start: " + Files.readString(profile.resolve("output.log")));
    }

    /** A new tab with nothing in it. */
    public BrowserPage newPage() {
        return BrowserPage.create(tools);
    }

    /** Ends it, and takes away the links that it leaves, which lead out of the profile. */
    @Override
    public void close() throws IOException {
        http.shutdownNow();
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            // They outlive it for a moment, and write into the profile, which is about to be deleted.
            children.forEach(ProcessHandle::destroyForcibly);
            for (int i = 0; i < 400 && children.stream().anyMatch(ProcessHandle::isAlive); i++) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        for (String link : List.of("SingletonLock", "SingletonCookie", "SingletonSocket")) {
            Files.deleteIfExists(profile.resolve(link));
        }
    }
}
