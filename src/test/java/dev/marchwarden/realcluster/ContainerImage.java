package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A container image of programs of this machine, with the libraries that they need, in one layer. */
final class ContainerImage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LIBRARY = Pattern.compile("(?m)(/\\S+) \\(0x");

    private final Path root;
    private final ObjectNode settings = JSON.createObjectNode();

    /** @param root that the layer is gathered in; what is there already belongs to it */
    ContainerImage(Path root) throws IOException {
        this.root = Files.createDirectories(root);
        Path etc = Files.createDirectories(root.resolve("etc"));
        Files.writeString(etc.resolve("nsswitch.conf"), "hosts: files dns\n");
        Files.writeString(etc.resolve("passwd"), "root:x:0:0::/:/bin/sh\nistio-proxy:x:1337:1337::/:/bin/sh\n");
        Path temporary = Files.createDirectories(root.resolve("tmp"));
        run("chmod", "1777", temporary.toString());
    }

    /** A program and its libraries. */
    ContainerImage program(Path program, String place) throws IOException, InterruptedException {
        copy(program, place);
        return libraries(program);
    }

    /** What a program is linked with, where this machine has it. */
    ContainerImage libraries(Path program) throws IOException, InterruptedException {
        Process ldd = new ProcessBuilder("ldd", program.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(ldd.getInputStream().readAllBytes(), UTF_8);
        ldd.waitFor();
        for (String library :
                LIBRARY.matcher(said).results().map(MatchResult::group).toList()) {
            String place = library.substring(0, library.indexOf(' '));
            if (place.startsWith("/lib")) { // not those of a JDK, which are beside it
                copy(Path.of(place), place);
            }
        }
        return this;
    }

    ContainerImage copy(Path file, String place) throws IOException {
        Path to = root.resolve(place.substring(1));
        Files.createDirectories(to.getParent());
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        return this;
    }

    ContainerImage directory(Path directory, String place) throws IOException {
        Path to = root.resolve(place.substring(1));
        Files.createDirectories(to.getParent());
        run("cp", "-a", directory.toString(), to.toString());
        return this;
    }

    ContainerImage link(String place, String target) throws IOException {
        Path link = root.resolve(place.substring(1));
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
        return this;
    }

    ContainerImage file(String place, String content) throws IOException {
        Path file = root.resolve(place.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    ContainerImage user(String user) {
        settings.put("User", user);
        return this;
    }

    ContainerImage entryPoint(List<String> words) {
        settings.set("Entrypoint", JSON.valueToTree(words));
        return this;
    }

    /** As {@code docker save} writes it; owned by root. */
    Path pack(String reference) throws IOException {
        Path packed = Files.createDirectories(root.resolveSibling(root.getFileName() + "-packed"));
        Path layer = packed.resolve("layer.tar");
        run("tar", "-C", root.toString(), "--owner=0", "--group=0", "-cf", layer.toString(), ".");
        settings.put("WorkingDir", "/");
        settings.putArray("Env").add("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        ObjectNode config = JSON.createObjectNode();
        config.put("architecture", System.getProperty("os.arch")).put("os", "linux");
        config.set("config", settings);
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add("sha256:" + digest(layer));
        Files.writeString(packed.resolve("config.json"), config.toString());
        ObjectNode manifest = JSON.createObjectNode().put("Config", "config.json");
        manifest.putArray("RepoTags").add(reference);
        manifest.putArray("Layers").add("layer.tar");
        Files.writeString(packed.resolve("manifest.json"), "[" + manifest + "]");
        Path image = root.resolveSibling(root.getFileName() + ".tar");
        run("tar", "-C", packed.toString(), "-cf", image.toString(), "manifest.json", "config.json", "layer.tar");
        run("rm", "-rf", packed.toString(), root.toString());
        return image;
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }
}
