package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.server.KeyedContext;
import dev.marchwarden.standin.admission.Admission;
import dev.marchwarden.standin.admission.Services;
import dev.marchwarden.standin.store.ResourceTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Behaves as the real API server does towards clients: objects of the resources of {@link ResourceTable}, with lists, watches, updates and
 * patches; discovery; users by their tokens; and webhooks, of which the configurations stored in it tell. Faults come on command and stay until
 * they are taken back. Who is authenticated may do everything until rights are given out, and no role is looked at for them; there is no schema
 * that objects are held against.
 */
public final class StandInApiServer extends StandInCluster implements AutoCloseable {
    private static final Duration DAY = Duration.ofDays(1);

    private final Services services = new Services();
    private final Admission admission = new Admission(store, table, services);
    private final Controllers controllers = new Controllers();
    private final Watches watches = new Watches(store);
    private final Users users = new Users();
    private final Authorization authorization = new Authorization(store);
    private final Faults faults = new Faults();
    private final AccessReviews accessReviews = new AccessReviews();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ApiListener listener;
    private final @Nullable CertificateAuthority authority;
    private final @Nullable SSLContext tls;
    private final Kubelets kubelets = new Kubelets();
    private final boolean nodes;
    private final int port;
    private HttpServer http;
    private @Nullable PodGate gate;

    private StandInApiServer(boolean secure, int wanted) {
        this(secure, wanted, false);
    }

    private StandInApiServer(boolean secure, int wanted, boolean nodes) {
        Writes writes = new Writes(store, table, admission, controllers);
        Deletions deletions = new Deletions(store, admission, controllers);
        controllers.add(new NamespaceController(store, table, writes, deletions, threads));
        controllers.add(new GarbageCollector(store, table, deletions, threads));
        controllers.add(new CustomResources(store, table));
        Routes routes = new Routes(faults, new Reads(store), writes, deletions, accessReviews);
        this.listener = new ApiListener(table, users, authorization, faults, routes, watches);
        this.authority = secure ? CertificateAuthority.create(InstantSource.system(), DAY) : null;
        this.tls = authority == null ? null : KeyedContext.of(authority.issue(List.of("127.0.0.1", "localhost"), DAY));
        this.nodes = nodes;
        this.http = listener.listen(nodes ? 0 : wanted, nodes ? null : tls, threads);
        this.gate = nodes ? gate(wanted) : null;
        this.port = gate == null ? http.getAddress().getPort() : gate.port();
    }

    private PodGate gate(int wanted) {
        PodGate.Backing backing = new PodGate.Backing(table, store, users, faults, kubelets);
        return new PodGate(backing, wanted, tls, http.getAddress().getPort(), threads);
    }

    /** Over HTTP. */
    public static StandInApiServer start() {
        return new StandInApiServer(false, 0);
    }

    /** Over HTTP, on a port of the caller's choice. */
    public static StandInApiServer start(int port) {
        return new StandInApiServer(false, port);
    }

    /** Over HTTPS, with an authority of its own. */
    public static StandInApiServer startSecure() {
        return new StandInApiServer(true, 0);
    }

    /** Over HTTPS, with nodes on which pods can be connected to. */
    public static StandInApiServer startWithNodes() {
        return new StandInApiServer(true, 0, true);
    }

    public String url() {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
    }

    /** Whom its clients have to trust. */
    public X509Certificate authority() {
        return Objects.requireNonNull(authority, "over HTTP there is none").certificate();
    }

    /** A token by which a user is known from now on. */
    public String token(String username, String... groups) {
        String token = "secret-of-" + username;
        users.add(token, username, List.of(groups));
        return token;
    }

    /** Writes a kubeconfig for a user. */
    public Path kubeconfig(Path file, String username, String... groups) throws IOException {
        String ca = authority == null
                ? ""
                : ", certificate-authority-data: "
                        + Base64.getEncoder()
                                .encodeToString(authority.pair().chain().getBytes(UTF_8));
        return Files.writeString(file, """
                apiVersion: v1
                kind: Config
                current-context: stand-in
                contexts: [{name: stand-in, context: {cluster: stand-in, user: user}}]
                clusters: [{name: stand-in, cluster: {server: "%s"%s}}]
                users: [{name: user, user: {token: "%s"}}]
                """.formatted(url(), ca, token(username, groups)));
    }

    // ---- the cluster

    /** What its RBAC permits, by what a SubjectAccessReview specifies. */
    public void permit(Predicate<JsonNode> specs) {
        accessReviews.permit(specs);
    }

    /** From now on an access review says denied, whatever else it says. */
    public void denyAccess() {
        accessReviews.deny();
    }

    /** From now on each client may do what these rights permit and nothing else; access reviews say so too. */
    public void enforce(RoleRules rights) {
        permit(spec -> rights.permits(spec.path("resourceAttributes")));
        authorization.enforce(rights::permits);
    }

    /** Where a service is answered for: a port of the loopback. */
    public void serve(String namespace, String service, int localPort) {
        services.put(namespace, service, localPort);
    }

    /** Takes a service's endpoints away. */
    public void stopServing(String namespace, String service) {
        services.remove(namespace, service);
    }

    /** Has no kinds of this group, nor of those below it, until somebody defines them. */
    public void forgetKinds(String group) {
        table.forget(group);
    }

    /** Lets workloads and jobs look as if they ran, from now on. */
    public void runWorkloads() {
        controllers.add(new Workloads(store, "Complete"));
    }

    /** The same, but all jobs fail. */
    public void runWorkloadsButJobs() {
        controllers.add(new Workloads(store, "Failed"));
    }

    /** Lets webhooks of Istio's revisions look as if their istiods ran, from now on. */
    public void runIstiods() {
        controllers.add(new Istiods(store));
    }

    /** What runs in pods, for who is connected to them: of one that was started with nodes. */
    public Kubelets kubelets() {
        return kubelets;
    }

    // ---- what it was asked

    public int seen(Call call) {
        return faults.seen(call, Faults.ANY);
    }

    public int seen(Call call, String plural) {
        return faults.seen(call, plural);
    }

    public int openWatches() {
        return watches.open();
    }

    public int openWatches(String plural) {
        return watches.open(plural);
    }

    /** What each SubjectAccessReview specified. */
    public List<JsonNode> accessReviews() {
        return accessReviews.asked();
    }

    /** What webhooks were asked. */
    public List<Admission.Reviewed> reviewed() {
        return admission.reviewed();
    }

    public List<String> authorizations() {
        return listener.authorizations();
    }

    // ---- faults

    /** Answers calls of a kind with an error of this HTTP code. */
    public void fail(Call call, int code) {
        faults.fail(call, Faults.ANY, code);
    }

    public void fail(Call call, String plural, int code) {
        faults.fail(call, plural, code);
    }

    /** Keeps calls of a kind waiting. */
    public void hold(Call call) {
        faults.hold(call, Faults.ANY);
    }

    public void hold(Call call, String plural) {
        faults.hold(call, plural);
    }

    /** Finds the answers of calls of a kind, and then keeps them. */
    public void holdAnswers(Call call) {
        faults.holdAnswers(call, Faults.ANY);
    }

    public int answersHeld() {
        return faults.answersHeld();
    }

    /** Answers 410 to the next so many requests for the next page of a list. */
    public void forgetPages(int count) {
        faults.forgetPages(count);
    }

    /** Answers calls of a kind again, those that wait too. */
    public void restore(Call call) {
        faults.restore(call);
    }

    /** Breaks all watches in the middle of the connection. */
    public void cutWatches() {
        watches.cut();
    }

    /** Tells all watches, and all that begin before what is now, that their place is gone. */
    public void expireWatches() {
        store.expireWatches();
    }

    /** Forgets what happened so far: older watches and continued lists are answered 410. */
    public void compact() {
        store.compact();
    }

    /** Tells all watches that want to know where they are. */
    public void bookmark() {
        store.bookmark();
    }

    /** Breaks all connections and refuses new ones. */
    public void goAway() {
        http.stop(0);
        if (gate != null) {
            gate.close();
        }
        cutWatches();
    }

    /** Listens again, at the same port. */
    public void comeBack() {
        http = listener.listen(nodes ? 0 : port, nodes ? null : tls, threads);
        gate = nodes ? gate(port) : null;
    }

    @Override
    public void close() {
        faults.restoreAll();
        kubelets.stop();
        if (gate != null) {
            gate.close();
        }
        http.stop(0);
        cutWatches();
        threads.shutdownNow();
    }
}
