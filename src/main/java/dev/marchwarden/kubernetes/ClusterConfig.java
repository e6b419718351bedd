package dev.marchwarden.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Which API server, and with which credentials: of a kubeconfig, or of the pod that this runs in. */
public final class ClusterConfig {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final List<Path> files;
    private final String context;
    private final Config config;
    private final KeyManager @Nullable [] keyManagers;
    private final @Nullable ExecTokens tokens;

    /** In the server's certificate; empty for that of its address. */
    private final String serverName;

    private ClusterConfig(
            List<Path> files,
            String context,
            Config config,
            KeyManager @Nullable [] keyManagers,
            @Nullable ExecTokens tokens,
            String serverName) {
        this.files = List.copyOf(files);
        this.context = context;
        this.config = config;
        this.keyManagers = keyManagers;
        this.tokens = tokens;
        this.serverName = serverName;
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
        String place = kubeconfig.source() + ", context " + Quoted.of(kubeconfig.context());
        try {
            return ofKubeconfig(files, kubeconfig);
        } catch (IOException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new IOException(place + ": a certificate or key cannot be read (expected: PEM; *-data in base64)", e);
        }
    }

    private static ClusterConfig ofKubeconfig(List<Path> files, Kubeconfig kubeconfig) throws IOException {
        AuthInfo user = kubeconfig.user();
        ExecTokens tokens = execTokens(kubeconfig);
        KeyManager[] keyManagers = ClientKey.keyManagers(user);
        // From its file, so that the library can store an OIDC token that it has renewed; a merged one has no file.
        Config config = user.getAuthProvider() != null && files.size() == 1
                ? Config.fromKubeconfig(kubeconfig.context(), files.getFirst().toFile())
                : Config.fromKubeconfig(ModelJson.LIBRARY.asYaml(kubeconfig.config()));
        if (keyManagers != null) {
            config.setClientCertData(null);
            config.setClientCertFile(null);
            config.setClientKeyData(null);
            config.setClientKeyFile(null);
        }
        ignoredByTheLibrary(kubeconfig, config);
        String serverName = config.getTlsServerName() == null ? "" : config.getTlsServerName();
        if (!serverName.isEmpty()) {
            config.setTlsServerName(null); // the library warns that it does not support one
        }
        ClusterConfig its = new ClusterConfig(files, kubeconfig.context(), config, keyManagers, tokens, serverName);
        its.httpClient().build().close(); // reads certificates and keys, so that what is wrong with them is said here
        return its;
    }

    /**
     * Runs the program that gives the credentials, if there is one, and puts them in its place. A certificate that it gives is used until
     * the process ends; a token is renewed.
     */
    private static @Nullable ExecTokens execTokens(Kubeconfig kubeconfig) throws IOException {
        AuthInfo user = kubeconfig.user();
        if (user.getExec() == null) {
            return null;
        }
        ExecProgram program = new ExecProgram(user.getExec(), kubeconfig.cluster(), ExecProgram.TIMEOUT);
        ExecProgram.Credentials first = program.run();
        user.setExec(null);
        if (!first.certificate().isEmpty()) {
            user.setClientCertificateData(base64(first.certificate()));
            user.setClientKeyData(base64(first.key()));
        }
        return new ExecTokens(program, first, InstantSource.system());
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(UTF_8));
    }

    private static void ignoredByTheLibrary(Kubeconfig kubeconfig, Config config) {
        AuthInfo user = kubeconfig.user();
        if (user.getTokenFile() != null && !user.getTokenFile().isEmpty()) {
            config.setOauthTokenProvider(new TokenFile(Path.of(user.getTokenFile()), System::nanoTime));
        }
        config.setImpersonateUsername(user.getAs());
        if (user.getAsGroups() != null) {
            config.setImpersonateGroups(user.getAsGroups().toArray(String[]::new));
        }
        config.setImpersonateExtras(user.getAsUserExtra());
        String proxy = kubeconfig.cluster().getProxyUrl();
        if (proxy != null && !proxy.isEmpty()) {
            config.setHttpsProxy(proxy); // it takes a proxy of http:// for servers of http:// alone
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
        return new ClusterConfig(List.of(), "", config, null, null, "");
    }

    /** The same credentials for another client, which may set other timeouts. */
    public ClusterConfig copy() {
        return new ClusterConfig(files, context, new ConfigBuilder(config).build(), keyManagers, tokens, serverName);
    }

    /** The same, with tokens of a program. */
    ClusterConfig with(ExecTokens others) {
        return new ClusterConfig(files, context, config, keyManagers, others, serverName);
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
        return withCredentials(factory().newBuilder(config));
    }

    JdkHttpClientFactory factory() {
        return new JdkHttpClientFactory() {
            @Override
            protected void additionalConfig(java.net.http.HttpClient.Builder builder) {
                if (!serverName.isEmpty()) {
                    builder.sslContext(new ServerNameContext(sslContext(), serverName));
                }
            }
        };
    }

    private SSLContext sslContext() {
        try {
            return SSLUtils.sslContext(
                    keyManagers == null ? SSLUtils.keyManagers(config) : keyManagers, SSLUtils.trustManagers(config));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    <B extends HttpClient.Builder> B withCredentials(B builder) {
        if (keyManagers != null) {
            try {
                builder.sslContext(keyManagers, SSLUtils.trustManagers(config));
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }
        if (tokens != null) {
            builder.addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, tokens);
        }
        return builder;
    }
}
