package dev.marchwarden.kubernetes;

import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import org.jspecify.annotations.Nullable;

/** Which API server, and with which credentials: of a kubeconfig, or of the pod that this runs in. */
public final class ClusterConfig {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final List<Path> files;
    private final String context;
    private final Config config;
    private final KeyManager @Nullable [] keyManagers;

    private ClusterConfig(List<Path> files, String context, Config config, KeyManager @Nullable [] keyManagers) {
        this.files = List.copyOf(files);
        this.context = context;
        this.config = config;
        this.keyManagers = keyManagers;
        config.setHttp2Disable(true);
        config.setConnectionTimeout((int) CONNECT.toMillis());
        config.setUserAgent("marchwarden");
    }

    /**
     * As kubectl finds it: the file given, else those of {@code $KUBECONFIG}, else {@code ~/.kube/config}, else the pod's service account.
     *
     * @param kubeconfig null where none was given
     * @param context null for the current one
     * @throws IOException with one line where there is none, or it cannot be used
     */
    public static ClusterConfig find(@Nullable Path kubeconfig, @Nullable String context) throws IOException {
        return find(kubeconfig, context, System.getenv(), Path.of(System.getProperty("user.home", "")));
    }

    static ClusterConfig find(
            @Nullable Path kubeconfig, @Nullable String context, Map<String, String> environment, Path home)
            throws IOException {
        List<Path> files = files(kubeconfig, environment, home);
        if (!files.isEmpty()) {
            return ofKubeconfig(files, context, environment.getOrDefault("PATH", ""));
        }
        if (context != null) {
            throw new IOException("--context " + Quoted.of(context)
                    + " needs a kubeconfig (expected: --kubeconfig FILE, $KUBECONFIG or ~/.kube/config)");
        }
        ClusterConfig pod = ofPod(
                environment.get("KUBERNETES_SERVICE_HOST"),
                environment.get("KUBERNETES_SERVICE_PORT"),
                SERVICE_ACCOUNT);
        if (pod == null) {
            throw new IOException(
                    "no cluster is given (expected: --kubeconfig FILE, $KUBECONFIG, ~/.kube/config, or a pod"
                            + " with a service account token)");
        }
        return pod;
    }

    /** Whether {@link #find} has a cluster to try. */
    public static boolean isGiven(@Nullable Path kubeconfig) {
        Map<String, String> environment = System.getenv();
        return !files(kubeconfig, environment, Path.of(System.getProperty("user.home", "")))
                        .isEmpty()
                || (environment.containsKey("KUBERNETES_SERVICE_HOST")
                        && Files.isReadable(SERVICE_ACCOUNT.resolve("token")));
    }

    private static List<Path> files(@Nullable Path kubeconfig, Map<String, String> environment, Path home) {
        if (kubeconfig != null) {
            return List.of(kubeconfig);
        }
        String variable = environment.getOrDefault("KUBECONFIG", "");
        if (!variable.isBlank()) {
            List<Path> all = Stream.of(variable.split(File.pathSeparator))
                    .filter(each -> !each.isBlank())
                    .map(Path::of)
                    .toList();
            List<Path> there = all.stream().filter(Files::exists).toList();
            return there.isEmpty() ? all : there; // kubectl skips those that are missing
        }
        Path usual = home.resolve(".kube").resolve("config");
        return Files.exists(usual) ? List.of(usual) : List.of();
    }

    /** The current context of this file. */
    public static ClusterConfig ofKubeconfig(Path file) throws IOException {
        return ofKubeconfig(List.of(file), null, System.getenv().getOrDefault("PATH", ""));
    }

    private static ClusterConfig ofKubeconfig(List<Path> files, @Nullable String context, String searchPath)
            throws IOException {
        Kubeconfig kubeconfig = Kubeconfig.read(files, context, searchPath);
        AuthInfo user = kubeconfig.config().getUsers().getFirst().getUser();
        String place = kubeconfig.source() + ", context " + Quoted.of(kubeconfig.context());
        try {
            KeyManager[] keyManagers = ClientKey.keyManagers(
                    user.getClientCertificateData(),
                    user.getClientCertificate(),
                    user.getClientKeyData(),
                    user.getClientKey());
            // From its file, so that the library can ask an exec program for new credentials; a merged one has no file.
            Config config = files.size() == 1
                    ? Config.fromKubeconfig(
                            kubeconfig.context(), files.getFirst().toFile())
                    : Config.fromKubeconfig(ModelJson.LIBRARY.asYaml(kubeconfig.config()));
            if (keyManagers != null) {
                config.setClientCertData(null);
                config.setClientCertFile(null);
                config.setClientKeyData(null);
                config.setClientKeyFile(null);
            }
            requireCredentials(user.getExec(), config);
            ClusterConfig its = new ClusterConfig(files, kubeconfig.context(), config, keyManagers);
            its.httpClient()
                    .build()
                    .close(); // reads certificates and keys, so that what is wrong with them is said here
            return its;
        } catch (IOException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new IOException(place + ": a certificate or key cannot be read (expected: PEM; *-data in base64)", e);
        }
    }

    private static void requireCredentials(@Nullable ExecConfig exec, Config config) throws IOException {
        if (exec != null
                && config.getAutoOAuthToken() == null
                && config.getClientCertData() == null
                && config.getClientCertFile() == null) {
            String arguments = exec.getArgs() == null ? "" : " " + String.join(" ", exec.getArgs());
            throw new IOException("the program " + Quoted.of(String.valueOf(exec.getCommand()))
                    + " gave no credentials (expected: an ExecCredential; run it to see why: "
                    + Quoted.bare(exec.getCommand() + arguments, 200) + ")");
        }
    }

    /** Null outside of a cluster, and for a pod without a service account token. */
    static @Nullable ClusterConfig ofPod(@Nullable String host, @Nullable String port, Path serviceAccount) {
        Path token = serviceAccount.resolve("token");
        Path authority = serviceAccount.resolve("ca.crt");
        if (host == null || port == null || !Files.isReadable(token) || !Files.isReadable(authority)) {
            return null;
        }
        Config config = Config.empty();
        config.setMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        config.setCaCertFile(authority.toString());
        config.setOauthTokenProvider(new TokenFile(token, System::nanoTime));
        return new ClusterConfig(List.of(), "", config, null);
    }

    /** The kubeconfigs; none for the service account of a pod. */
    public List<Path> files() {
        return files;
    }

    /** Of the kubeconfigs; empty for the service account of a pod. */
    public String context() {
        return context;
    }

    /** The API server's address, without a slash at the end. */
    public String server() {
        return config.getMasterUrl().replaceFirst("/+$", "");
    }

    /** Every call gives the same object, which carries fresh tokens. */
    public Config config() {
        return config;
    }

    /** HTTP/1.1 by the JDK's client, with these credentials. */
    public HttpClient.Builder httpClient() {
        return withKey(new JdkHttpClientFactory().newBuilder(config));
    }

    <B extends HttpClient.Builder> B withKey(B builder) {
        if (keyManagers != null) {
            try {
                builder.sslContext(keyManagers, SSLUtils.trustManagers(config));
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return builder;
    }
}
