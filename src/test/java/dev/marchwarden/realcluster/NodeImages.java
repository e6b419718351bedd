package dev.marchwarden.realcluster;

import dev.marchwarden.image.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The images that the guide needs, made of what is on this machine, for a node that has no registry. */
final class NodeImages {
    static final String CURL = "mesh.test/curl:1";
    static final String HTTPBIN = "mesh.test/httpbin:1";
    static final String MARCHWARDEN = "mesh.test/marchwarden:1";
    private static final String ISTIO_VERSION = "1.30.3";
    private static final Path JDK = Path.of(System.getProperty("java.home"));

    private final OwnNode node;
    private final NodeBinaries binaries;
    private final Path directory;

    NodeImages(OwnNode node, NodeBinaries binaries, Path directory) throws IOException {
        this.node = node;
        this.binaries = binaries;
        this.directory = Files.createDirectories(directory);
    }

    void load() throws Exception {
        loadIstio();
        Path curl = NodeBinaries.system("curl").orElseThrow();
        node.load(
                new ContainerImage(directory.resolve("curl"))
                        .program(curl, "/usr/bin/curl")
                        .program(NodeBinaries.system("sleep").orElseThrow(), "/usr/bin/sleep")
                        .program(NodeBinaries.system("sh").orElseThrow(), "/usr/bin/sh"),
                CURL);
        Path httpbin = directory.resolve("httpbin");
        jlink(httpbin.resolve("opt/java"), "jdk.httpserver");
        node.load(
                withJavaLibraries(new ContainerImage(httpbin))
                        .file("/www/get", "found\n")
                        .file("/www/headers", "found\n")
                        .entryPoint(List.of(
                                "/opt/java/bin/java",
                                "-Xmx32m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-m",
                                "jdk.httpserver",
                                "-b",
                                "0.0.0.0",
                                "-p",
                                "8080",
                                "-d",
                                "/www",
                                "-o",
                                "none")),
                HTTPBIN);
        loadMarchwarden();
    }

    private void loadIstio() throws IOException, InterruptedException {
        node.load(
                new ContainerImage(directory.resolve("pilot"))
                        .program(binaries.istio().resolve("pilot-discovery"), "/usr/local/bin/pilot-discovery")
                        .user("1337:1337")
                        .entryPoint(List.of("/usr/local/bin/pilot-discovery")),
                "mesh.test/pilot:" + ISTIO_VERSION);
        Path iptables = NodeBinaries.system("iptables").orElseThrow();
        ContainerImage proxy = new ContainerImage(directory.resolve("proxyv2"))
                .program(binaries.istio().resolve("pilot-agent"), "/usr/local/bin/pilot-agent")
                .program(binaries.istio().resolve("envoy"), "/usr/local/bin/envoy")
                .program(iptables.toRealPath(), "/usr/sbin/xtables")
                .copy(binaries.bootstrapTemplate(), "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json")
                .file("/etc/istio/proxy/.keep", "")
                .entryPoint(List.of("/usr/local/bin/pilot-agent"));
        for (String name : List.of("iptables", "ip6tables")) {
            for (String of : List.of("", "-save", "-restore")) {
                // The program goes by the name that it is called by.
                proxy.link("/usr/sbin/" + name + of, "xtables");
            }
        }
        for (Path extensions : xtables()) {
            proxy.directory(extensions, extensions.toString());
        }
        node.load(proxy, "mesh.test/proxyv2:" + ISTIO_VERSION);
    }

    /** Directories of what iptables loads when it needs it. */
    private static List<Path> xtables() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> architectures = Files.list(Path.of("/usr/lib"))) {
            architectures
                    .map(each -> each.resolve("xtables"))
                    .filter(Files::isDirectory)
                    .forEach(found::add);
        }
        return found;
    }

    /** As bin/image-layout lays it out, with a glibc, and without the AOT cache, which is of use in the place alone where it was made. */
    private void loadMarchwarden() throws Exception {
        Path root = directory.resolve("marchwarden");
        Command.run(Map.of("JAVA_HOME", JDK.toString()), "bin/image-layout", root.toString(), "0");
        ContainerImage image = withJavaLibraries(new ContainerImage(root))
                .user("65532:65532")
                .entryPoint(List.of(
                        "/opt/java/bin/java",
                        "@/opt/marchwarden/jvm.options",
                        "-XX:Flags=/opt/marchwarden/heap.flags",
                        "-jar",
                        "/opt/marchwarden/marchwarden.jar"));
        node.load(image, MARCHWARDEN);
    }

    /** What Java and its own libraries are linked with. */
    private static ContainerImage withJavaLibraries(ContainerImage image) throws IOException, InterruptedException {
        image.libraries(JDK.resolve("bin/java"));
        try (Stream<Path> libraries = Files.walk(JDK.resolve("lib"))) {
            for (Path library :
                    libraries.filter(file -> file.toString().endsWith(".so")).toList()) {
                image.libraries(library);
            }
        }
        return image;
    }

    private static void jlink(Path to, String modules) throws Exception {
        Files.createDirectories(to.getParent());
        Command.run(
                Map.of(),
                JDK.resolve("bin/jlink").toString(),
                "--add-modules",
                modules,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                to.toString());
    }
}
