package dev.marchwarden.kubernetes;

import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a kubeconfig says about one context. Several files are merged as kubectl does: the first that names something wins.
 * What can be wrong with it is found here, before a connection is tried: the library logs some of it, and ignores the rest.
 *
 * @param source the files, for messages
 * @param config of this context alone, with absolute paths
 */
record Kubeconfig(String source, String context, Config config) {
    Cluster cluster() {
        return config.getClusters().getFirst().getCluster();
    }

    /** Empty where the context names none. */
    AuthInfo user() {
        return config.getUsers().getFirst().getUser();
    }

    /** Throws {@link IOException} with one line: the file, what is wrong with it, what is expected. */
    static Kubeconfig read(List<Path> files, @Nullable String wanted, String searchPath) throws IOException {
        String source = files.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        List<Config> all = new ArrayList<>();
        for (Path file : files) {
            all.add(parsed(file));
        }
        String name = wanted != null
                ? wanted
                : all.stream()
                        .map(Config::getCurrentContext)
                        .filter(current -> current != null && !current.isEmpty())
                        .findFirst()
                        .orElse("");
        List<NamedContext> contexts = entries(all, Config::getContexts);
        Set<String> names =
                contexts.stream().map(NamedContext::getName).collect(Collectors.toCollection(LinkedHashSet::new));
        if (name.isEmpty()) {
            throw new IOException(source
                    + " has no current context (expected: current-context: NAME, or --context with "
                    + (names.isEmpty() ? "the name of a context; it has none" : "one of " + shown(names)) + ")");
        }
        Context context = contexts.stream()
                .filter(each -> name.equals(each.getName()))
                .map(NamedContext::getContext)
                .findFirst()
                .orElseThrow(() -> new IOException(source + " has no context " + Quoted.of(name)
                        + (wanted == null ? ", which is its current context" : "") + " (expected: "
                        + (names.isEmpty() ? "a context; it has none" : "one of " + shown(names)) + ")"));
        Cluster cluster = entries(all, Config::getClusters).stream()
                .filter(each -> each.getName() != null && each.getName().equals(context.getCluster()))
                .map(NamedCluster::getCluster)
                .findFirst()
                .orElseThrow(() -> lacks(source, name, "cluster", context.getCluster()));
        AuthInfo user = entries(all, Config::getUsers).stream()
                .filter(each -> each.getName() != null && each.getName().equals(context.getUser()))
                .map(NamedAuthInfo::getUser)
                .findFirst()
                .orElse(null);
        if (user == null && context.getUser() != null && !context.getUser().isEmpty()) {
            throw lacks(source, name, "user", context.getUser());
        }
        AuthInfo credentials = user == null ? new AuthInfo() : user;
        new Requirements(source, name, searchPath).check(cluster, credentials);
        return new Kubeconfig(
                source,
                name,
                new ConfigBuilder()
                        .withCurrentContext(name)
                        .withContexts(new NamedContext(context, name))
                        .withClusters(new NamedCluster(cluster, context.getCluster()))
                        .withUsers(new NamedAuthInfo(context.getUser(), credentials))
                        .build());
    }

    private static IOException lacks(String source, String context, String what, @Nullable String name) {
        return new IOException("%s: context %s names %s %s, which the file does not have (expected: an entry in %ss)"
                .formatted(source, Quoted.of(context), what, Quoted.of(String.valueOf(name)), what));
    }

    private static Config parsed(Path file) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException(file + " cannot be read (expected: a kubeconfig file)");
        }
        String text = Files.readString(file);
        if (text.isBlank()) {
            throw new IOException(file + " is empty (expected: a kubeconfig)");
        }
        Config config;
        try {
            config = ModelJson.MAPPER.treeToValue(YamlTrees.MAPPER.readTree(text), Config.class);
        } catch (IOException | RuntimeException e) {
            throw new IOException(file + " is not a kubeconfig (expected: YAML of kind Config)", e);
        }
        if (config == null
                || (entries(List.of(config), Config::getClusters).isEmpty()
                        && entries(List.of(config), Config::getContexts).isEmpty())) {
            throw new IOException(file + " has no clusters and no contexts (expected: a kubeconfig)");
        }
        Path directory = file.toAbsolutePath().getParent();
        entries(List.of(config), Config::getClusters).forEach(each -> absolute(each.getCluster(), directory));
        entries(List.of(config), Config::getUsers).forEach(each -> absolute(each.getUser(), directory));
        return config;
    }

    /** Paths in a kubeconfig are relative to its own directory. */
    private static void absolute(@Nullable Cluster cluster, @Nullable Path directory) {
        if (cluster != null) {
            cluster.setCertificateAuthority(absolute(cluster.getCertificateAuthority(), directory));
        }
    }

    private static void absolute(@Nullable AuthInfo user, @Nullable Path directory) {
        if (user == null) {
            return;
        }
        user.setClientCertificate(absolute(user.getClientCertificate(), directory));
        user.setClientKey(absolute(user.getClientKey(), directory));
        user.setTokenFile(absolute(user.getTokenFile(), directory));
        ExecConfig exec = user.getExec();
        if (exec != null && exec.getCommand() != null && exec.getCommand().contains("/")) {
            exec.setCommand(absolute(exec.getCommand(), directory));
        }
    }

    private static @Nullable String absolute(@Nullable String path, @Nullable Path directory) {
        return path == null || path.isEmpty() || directory == null
                ? path
                : directory.resolve(path).normalize().toString();
    }

    private static <T> List<T> entries(List<Config> configs, Function<Config, @Nullable List<T>> list) {
        return configs.stream()
                .map(list)
                .flatMap(each -> each == null ? Stream.<T>empty() : each.stream())
                .filter(each -> each != null)
                .toList();
    }

    private static String shown(Set<String> names) {
        return names.stream().limit(10).map(Quoted::bare).collect(Collectors.joining(", "))
                + (names.size() > 10 ? ", ..." : "");
    }

    /** What a context needs on this machine: files and a program. */
    private record Requirements(String source, String context, String searchPath) {
        private static final Pattern PROXY = Pattern.compile("http://[^/?#]+:[0-9]{1,5}/?");

        private static final Pattern SERVER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");

        void check(Cluster cluster, AuthInfo user) throws IOException {
            if (cluster.getServer() == null || cluster.getServer().isBlank()) {
                throw problem("its cluster has no server (expected: server: https://HOST:PORT)");
            }
            String proxy = cluster.getProxyUrl();
            if (proxy != null && !proxy.isEmpty() && !PROXY.matcher(proxy).matches()) {
                throw problem("proxy-url " + Quoted.of(proxy.replaceFirst("//.*@", "//...@"))
                        + " is not supported (expected: http://HOST:PORT)");
            }
            String serverName = cluster.getTlsServerName();
            if (serverName != null
                    && !serverName.isEmpty()
                    && !SERVER_NAME.matcher(serverName).matches()) {
                throw problem("tls-server-name " + Quoted.of(serverName)
                        + " is no host name (expected: a DNS name that is in the server's certificate)");
            }
            if (user.getAsUid() != null && !user.getAsUid().isEmpty()) {
                throw problem("as-uid is not supported (expected: as, as-groups or as-user-extra)");
            }
            file("certificate-authority", cluster.getCertificateAuthority());
            file("client-certificate", user.getClientCertificate());
            file("client-key", user.getClientKey());
            file("tokenFile", user.getTokenFile());
            ExecConfig exec = user.getExec();
            if (exec != null && !isProgram(String.valueOf(exec.getCommand()))) {
                throw problem("the program " + Quoted.of(String.valueOf(exec.getCommand()))
                        + ", which gives the credentials, is not on the PATH (expected: install it"
                        + (exec.getInstallHint() == null
                                        || exec.getInstallHint().isBlank()
                                ? ""
                                : "; the kubeconfig says: "
                                        + Quoted.bare(exec.getInstallHint().strip(), 200))
                        + ")");
            }
        }

        private void file(String key, @Nullable String path) throws IOException {
            if (path != null && !path.isEmpty() && !Files.isReadable(Path.of(path))) {
                throw problem(key + " " + path + " cannot be read (expected: a file that exists)");
            }
        }

        private boolean isProgram(String command) {
            if (command.contains("/")) {
                return Files.isExecutable(Path.of(command));
            }
            return Stream.of(searchPath.split(File.pathSeparator))
                    .filter(directory -> !directory.isEmpty())
                    .map(directory -> Path.of(directory, command))
                    .anyMatch(program -> Files.isExecutable(program) && !Files.isDirectory(program));
        }

        private IOException problem(String text) {
            return new IOException(source + ", context " + Quoted.of(context) + ": " + text);
        }
    }
}
