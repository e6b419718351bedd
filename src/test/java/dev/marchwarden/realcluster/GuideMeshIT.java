package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.marchwarden.tools.KubernetesTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * The guide to its last line, with real istiods and real proxies: on a node that is started for it from {@code KUBEBUILDER_ASSETS} and
 * {@code ISTIO_BINARIES}, or in the cluster of {@code KUBECONFIG}, which nobody else may use and which has no Istio. One story: each chapter goes
 * on where the one before has ended. What was typed and what came of it is in target/mesh/transcript.md.
 */
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuideMeshIT {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Path FIXTURES = PROJECT.resolve("test-fixtures/mesh");
    private static final Path DIRECTORY = PROJECT.resolve("target/mesh");
    private static final List<String> NAMESPACES = List.of("app-ns-1", "app-ns-2", "app-ns-3");
    private static final String HTTPBIN = "httpbin.%s:8000/get";
    private static final String AVAILABLE = " wait --for=condition=Available deployment --all --timeout=3m";
    /** Envoy writes it once a second. */
    private static final String LOG = "sleep 2; kubectl -n app-ns-1 logs deployment/curl -c istio-proxy --tail=1";

    private static final String STEAL =
            "sed \"s/ADDRESS/$(kubectl -n app-ns-2 get service httpbin -o jsonpath={.spec.clusterIP})/\" stolen-host.yaml | kubectl apply -f -";

    /** What must not be in somebody's cluster, for it would be changed, and is deleted at the end. */
    private static final String THERE =
            "kubectl get crd,namespaces -o name | grep -E 'istio[.]io$|/(usergroup|app-ns)-[1-3]$|/(istio|marchwarden)-system$' || true";

    private static final String ROLLED_OUT = " rollout status deployment --timeout=3m | tail -n 1";

    /** Writes in dry runs, one that is admitted and one that is denied, until the file {@code stop} is there: a line each. */
    private static final String WRITES = """
            rm -f stop; until [ -e stop ]; do
            out=$(kubectl create --dry-run=server -f member.yaml 2>&1) && echo admitted || echo "$out"
            out=$(kubectl label namespace app-ns-1 istio.io/rev=nobody --overwrite --dry-run=server 2>&1)
            case "$out" in *unknown-revision*) echo denied ;; *) echo "$out" ;; esac; done
            """;

    private static final String SYSTEM = "kubectl -n marchwarden-system ";
    private static final String LEADER =
            "$(" + SYSTEM + "get lease marchwarden -o jsonpath={.spec.holderIdentity} | sed 's/-[^-]*$//')";
    private static final String SERVED = SYSTEM + "get secret marchwarden-tls -o 'jsonpath={.data.tls\\.crt}'";

    /** The key of the authority is lost too: a new one is published for six minutes before anything that it signed is served. */
    private static final Duration ROTATED = Duration.ofMinutes(9);

    private static final Duration TO_REISSUE = Duration.ofMinutes(2);

    private @Nullable OwnNode node;
    private static final Path TRANSCRIPT = DIRECTORY.resolve("transcript.md");
    private static final String INTRODUCTION = """
            # A transcript of the guide

            Recorded by `GuideMeshIT` ([how](../CONTRIBUTING.md#the-guide-with-real-proxies)): every command and what it printed, on a node with Istio 1.30.3 and Envoy as it is published.
            `mw` is Marchwarden with the tenancy file and the kubeconfig, as in [the README](../README.md#the-guides-story-in-a-cluster); `$options` name a directory with Istio's charts,
            and [values](../test-fixtures/mesh/own-node-values.yaml) without the filters that only Istio's build of Envoy has. Each command that ends with another exit code than 0 is followed by it.""";

    private @Nullable String webhookImage;
    private Terminal terminal;

    /** No chapter goes on where one has failed. */
    @RegisterExtension
    final TestExecutionExceptionHandler end = (context, failure) -> {
        ended = !(failure instanceof TestAbortedException);
        throw failure;
    };

    private boolean ended;

    @BeforeEach
    void goOn() {
        assumeFalse(ended, "the story has ended already");
    }

    @BeforeAll
    void open() throws Exception {
        NodeBinaries binaries = NodeBinaries.find();
        Optional<String> obstacle = binaries.obstacle();
        if (obstacle.isEmpty() && System.getenv("ISTIO_CHARTS") == null) {
            obstacle = Optional.of("ISTIO_CHARTS is not set");
        }
        boolean own = obstacle.isEmpty();
        TestCluster.require(
                own || System.getenv("KUBECONFIG") != null,
                "no node: " + obstacle.orElse("") + "; and KUBECONFIG names no cluster");
        emptyDirectory();
        String curl = named("MARCHWARDEN_CURL_IMAGE", "curlimages/curl:8.17.0");
        String httpbin = named("MARCHWARDEN_HTTPBIN_IMAGE", "mccutchen/go-httpbin:v2.15.0");
        String values = named("MARCHWARDEN_ISTIOD_VALUES", "access-log-values.yaml");
        webhookImage = System.getenv("MARCHWARDEN_IMAGE");
        if (own) {
            node = OwnNode.start(binaries, DIRECTORY.resolve("node"));
            new NodeImages(node, binaries, DIRECTORY.resolve("images")).load();
            curl = NodeImages.CURL;
            httpbin = NodeImages.HTTPBIN;
            webhookImage = NodeImages.MARCHWARDEN;
            values = "own-node-values.yaml";
        }
        String options = "--values usergroup-1=%1$s --values usergroup-2=%1$s".formatted(values);
        if (System.getenv("ISTIO_CHARTS") != null) {
            options = "--charts %s %s"
                    .formatted(Path.of(System.getenv("ISTIO_CHARTS")).toAbsolutePath(), options);
        }
        String[] webhook = String.valueOf(webhookImage).split(":(?=[^:/]*$)", 2);
        copyFixtures(Map.of(
                "CURL-IMAGE",
                curl,
                "HTTPBIN-IMAGE",
                httpbin,
                "MARCHWARDEN-REPOSITORY",
                webhook[0],
                "MARCHWARDEN-TAG",
                webhook.length > 1 ? webhook[1] : ""));
        Path tools = Files.createDirectories(DIRECTORY.resolve("bin"));
        Files.createSymbolicLink(tools.resolve("helm"), KubernetesTool.HELM.path());
        Files.createSymbolicLink(tools.resolve("kubectl"), ClusterBinaries.kubectl());
        Path kubeconfig = node != null
                ? node.kubeconfig()
                : Path.of(System.getenv("KUBECONFIG")).toAbsolutePath();
        terminal = new Terminal(
                node == null ? List.of() : node.within(),
                DIRECTORY,
                Map.of("LC_ALL", "C.UTF-8"),
                """
                set -o pipefail
                export PATH=%s:$PATH KUBECONFIG=%s HOME=%s JAVA_HOME=%s
                cd $HOME
                mw() { %s/bin/marchwarden "$@" --config tenancy.yaml --kubeconfig "$KUBECONFIG"; }
                options="%s" chart=%s/charts/marchwarden
                """.formatted(tools, kubeconfig, DIRECTORY, System.getProperty("java.home"), PROJECT, options, PROJECT),
                TRANSCRIPT);
        terminal.say(INTRODUCTION);
        if (node == null) {
            assertThat(terminal.quietly(THERE))
                    .as(
                            "the cluster of KUBECONFIG is somebody's (expected: one without Istio, and without the namespaces of the guide)")
                    .isEmpty();
        }
    }

    private static String named(String variable, String otherwise) {
        String set = System.getenv(variable);
        return set == null || set.isBlank() ? otherwise : set;
    }

    private static void emptyDirectory() throws Exception {
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> old = Files.walk(DIRECTORY)) {
                for (Path each : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        Files.createDirectories(DIRECTORY);
    }

    private static void copyFixtures(Map<String, String> images) throws Exception {
        try (Stream<Path> fixtures = Files.list(FIXTURES)) {
            for (Path fixture : fixtures.toList()) {
                String text = Files.readString(fixture);
                for (Map.Entry<String, String> image : images.entrySet()) {
                    text = text.replace(image.getKey(), image.getValue());
                }
                Files.writeString(DIRECTORY.resolve(fixture.getFileName()), text);
            }
        }
    }

    @AfterAll
    void close() throws Exception {
        if (node == null) {
            return;
        }
        node.close();
        if (!ended && "write".equals(System.getenv("MARCHWARDEN_GOLDEN"))) {
            Files.copy(TRANSCRIPT, PROJECT.resolve("docs/guide-transcript.md"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    @Order(1)
    void twoControlPlanesAreSetUp() throws Exception {
        terminal.heading("The control planes");
        assertThat(terminal.type(1, "mw bootstrap plan $options | grep 'steps:'"))
                .contains("16 steps: 16 to create");
        terminal.type(0, "mw bootstrap apply $options");
        assertThat(terminal.type(0, "mw bootstrap status $options").lines())
                .contains(
                        "usergroup usergroup-1, revision usergroup-1: istiod-1.30.3, available, 0 namespaces",
                        "usergroup usergroup-2, revision usergroup-2: istiod-1.30.3, available, 0 namespaces");
    }

    @Test
    @Order(2)
    void namespacesBecomeMembersAndTheirPodsGetSidecars() throws Exception {
        terminal.heading("The namespaces");
        for (String namespace : NAMESPACES) {
            terminal.type(0, "kubectl create namespace " + namespace);
        }
        terminal.type(0, "mw bootstrap assign app-ns-1 --usergroup usergroup-1");
        terminal.type(0, "mw bootstrap assign app-ns-2 --usergroup usergroup-2");
        terminal.type(0, "mw bootstrap assign app-ns-3 --usergroup usergroup-2");
        for (String namespace : NAMESPACES) {
            terminal.type(0, "kubectl -n " + namespace + " apply -f curl.yaml -f httpbin.yaml");
            terminal.quietly("kubectl -n " + namespace + " apply -f more-services.yaml");
        }
        for (String namespace : NAMESPACES) {
            terminal.type(0, "kubectl -n " + namespace + AVAILABLE);
        }
        assertThat(terminal.type(0, "kubectl get pods -A -l 'app in (curl, httpbin)'"))
                .doesNotContain("1/1");
    }

    @Test
    @Order(3)
    void podsReachTheirOwnUsergroupAndNoOther() throws Exception {
        terminal.heading("Who reaches whom");
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-1"))).endsWith("200\n");
        assertThat(curl("app-ns-2", HTTPBIN.formatted("app-ns-3"))).endsWith("200\n");
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-2"))).endsWith("502\n");
        assertThat(curl("app-ns-2", HTTPBIN.formatted("app-ns-1"))).endsWith("502\n");
        assertThat(curl("app-ns-1", "httpbin-tcp.app-ns-2:9000/get")).containsPattern("exit code (52|56)");
        assertThat(curl("app-ns-1", "nobody.app-ns-1:8000/get")).contains("connection failure", "503");
        terminal.say("The webhook is not installed so far, which is an error, and the only one.");
        assertThat(terminal.type(1, "mw verify")).contains("error    Marchwarden: no Validating", " 1 error: ");
        assertThat(connectivity()).contains("502").doesNotContain("  error ");
    }

    /** Answer and status, or what curl says. */
    private String curl(String namespace, String url) throws Exception {
        String line = "kubectl -n %s exec deployment/curl -c curl -- curl -s -m 10 -w '\\n%%{http_code}\\n' http://%s"
                .formatted(namespace, url);
        return terminal.typeAnyway(line);
    }

    /** What istiods and pods say. */
    private String connectivity() throws Exception {
        return terminal.typeAnyway("mw verify --live --connectivity | sed -n '/^live/,$p'");
    }

    @Test
    @Order(4)
    void whatProxiesLetOutIsRefusedByStrictServers() throws Exception {
        terminal.heading("Without REGISTRY_ONLY");
        terminal.type(0, "mw bootstrap apply $options --egress allow-any | tail -n 1");
        awaitCurl("app-ns-1", HTTPBIN.formatted("app-ns-2"), "503");
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-2"))).contains("connection termination", "503");
        assertThat(curl("app-ns-1", "httpbin-tcp.app-ns-2:9000/get")).containsPattern("exit code (52|56)");
        assertThat(connectivity()).contains("503").doesNotContain("  error ");
    }

    @Test
    @Order(5)
    void permissiveLetsOthersIn() throws Exception {
        terminal.heading("PERMISSIVE in usergroup-2");
        terminal.type(
                0,
                "kubectl -n usergroup-2 patch peerauthentication usergroup-2-peerauth --type=merge -p '{\"spec\": {\"mtls\": {\"mode\": \"PERMISSIVE\"}}}'");
        awaitCurl("app-ns-1", HTTPBIN.formatted("app-ns-2"), "200");
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-2"))).endsWith("200\n");
        assertThat(terminal.type(1, "mw verify | grep -A2 '^  error'")).contains("says PERMISSIVE");
        assertThat(connectivity()).contains("  error ", "200");

        terminal.heading("PERMISSIVE, and a policy that denies");
        terminal.type(0, "kubectl apply -f deny-all.yaml");
        awaitCurl("app-ns-1", HTTPBIN.formatted("app-ns-2"), "403");
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-2"))).contains("RBAC: access denied", "403");
        terminal.type(0, "kubectl delete -f deny-all.yaml");
        terminal.type(0, "mw bootstrap apply $options --egress allow-any | tail -n 1");
        awaitCurl("app-ns-1", HTTPBIN.formatted("app-ns-2"), "503");
    }

    @Test
    @Order(6)
    void mutualTlsAcrossFailsByTheRoots() throws Exception {
        terminal.heading("Mutual TLS across, with a root each");
        stealHost();
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-2"))).contains("remote connection failure", "503");
        assertThat(terminal.type(0, LOG)).contains("CERTIFICATE_VERIFY_FAILED");
        assertThat(connectivity()).doesNotContain("  error ");
    }

    private void stealHost() throws Exception {
        terminal.type(0, STEAL);
        Thread.sleep(3_000); // until the proxy has it
    }

    @Test
    @Order(7)
    void aSharedRootIsNamed() throws Exception {
        terminal.heading("A root in common");
        terminal.type(
                0,
                "kubectl -n usergroup-2 patch secret istio-ca-secret -p \"{\\\"data\\\": $(kubectl -n usergroup-1 get secret istio-ca-secret -o jsonpath={.data})}\"");
        restartUsergroup2();
        assertThat(terminal.type(1, "mw verify | grep -A2 '^  error'"))
                .contains("the same root as usergroup usergroup-1");
        connectivity();
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-2"))).contains("503");
        terminal.type(0, LOG);
        terminal.type(0, "kubectl delete -f stolen-host.yaml");
        terminal.type(0, "kubectl -n usergroup-2 delete secret istio-ca-secret");
        restartUsergroup2();
        assertThat(terminal.type(1, "mw verify | tail -n 1")).contains(" 1 error: ");
    }

    private void restartUsergroup2() throws Exception {
        terminal.type(0, "kubectl -n usergroup-2 rollout restart deployment istiod-usergroup-2");
        terminal.type(
                0, "kubectl -n usergroup-2 rollout status deployment istiod-usergroup-2 --timeout=3m | tail -n 1");
        for (String namespace : NAMESPACES.subList(1, 3)) {
            terminal.type(0, "kubectl -n " + namespace + " rollout restart deployment");
        }
        for (String namespace : NAMESPACES.subList(1, 3)) {
            terminal.type(0, "kubectl -n " + namespace + ROLLED_OUT);
        }
    }

    @Test
    @Order(8)
    void anIstiodThatAnybodyReachesIsNamed() throws Exception {
        terminal.heading("No NetworkPolicy");
        terminal.type(0, "kubectl -n usergroup-2 delete networkpolicy marchwarden-istiod");
        assertThat(terminal.type(1, "mw verify | grep -A2 '^  error'"))
                .contains("no NetworkPolicy: any pod of the cluster");
        terminal.type(0, "mw bootstrap apply $options | tail -n 1");
        assertThat(terminal.type(1, "mw verify | tail -n 1")).contains(" 1 error: ");
        awaitCurl("app-ns-1", HTTPBIN.formatted("app-ns-2"), "502");
    }

    @Test
    @Order(9)
    void otherRefusals() throws Exception {
        terminal.heading("Other refusals");
        terminal.say("A name that nobody has.");
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-9"))).contains("exit code 6");
        terminal.say("A server of its own mesh that takes a request and does not answer within the time of its route.");
        terminal.type(
                0,
                "sed \"s/ADDRESS/$(kubectl -n kube-system get service kube-dns -o jsonpath={.spec.clusterIP})/\" stuck.yaml | kubectl apply -f -");
        String stuck = "kubectl -n app-ns-1 exec deployment/curl -c curl -- curl -s -m 10 -w '\\n%{http_code}\\n'"
                + " -H 'Host: stuck.example:8000' http://httpbin.app-ns-1:8000/get";
        terminal.await(stuck, ".*504\\s*");
        assertThat(terminal.type(0, stuck)).contains("upstream request timeout", "504");
        terminal.type(0, "kubectl -n app-ns-1 delete serviceentry,virtualservice stuck");
        terminal.say("A port for TCP of its own mesh, which a policy denies.");
        terminal.type(0, "kubectl apply -f tcp-denied.yaml && kubectl -n app-ns-1" + AVAILABLE);
        String denied = "kubectl -n app-ns-1 exec deployment/curl -c curl -- curl -s -m 10 http://denied:9100/get";
        terminal.await(denied, ".*exit code 52\\s*");
        assertThat(terminal.typeAnyway(denied)).contains("exit code 52");
        terminal.type(0, "kubectl delete -f tcp-denied.yaml");
        terminal.say("A client without a proxy, in a namespace of no usergroup.");
        terminal.type(
                0, "kubectl apply -f plain-pod.yaml && kubectl wait --for=condition=Ready pod/plain --timeout=2m");
        assertThat(terminal.typeAnyway("kubectl exec plain -- curl -s -m 10 http://" + HTTPBIN.formatted("app-ns-1")))
                .containsPattern("exit code (52|56)");
        terminal.type(0, "kubectl delete pod plain");
    }

    /** Until each of the proxy's threads has a change: one of them may be seconds behind, and a new connection may meet any. */
    private void awaitCurl(String namespace, String url, String code) throws Exception {
        String line =
                "kubectl -n %s exec deployment/curl -c curl -- sh -c 'for i in 1 2 3 4 5 6 7 8; do curl -s -m 10 -o /dev/null -w \"%%{http_code} \" http://%s; done'"
                        .formatted(namespace, url);
        terminal.await(line, "(" + code + " ){8}.*");
    }

    @Test
    @Order(10)
    void theWebhookKeepsItSo() throws Exception {
        terminal.heading("The webhook");
        TestCluster.require(webhookImage != null, "MARCHWARDEN_IMAGE names no image that the cluster can pull");
        terminal.type(
                0,
                "helm install marchwarden $chart -n marchwarden-system --create-namespace -f webhook-values.yaml --wait");
        terminal.await(
                "kubectl label namespace app-ns-1 istio.io/rev=nobody --overwrite --dry-run=server", ".*denied.*");
        terminal.type(0, "helm test marchwarden -n marchwarden-system | tail -n 3");
        assertThat(terminal.type(0, "mw verify | sed -n '/^admission/,/^system/p;$p'"))
                .contains("0 errors: the meshes are separate");
        terminal.type(0, "mw verify --live --connectivity | tail -n 1");
        assertThat(terminal.type(1, "kubectl label namespace app-ns-1 istio.io/rev=usergroup-2 --overwrite"))
                .contains("revision-mismatch");
        terminal.quietly("kubectl create clusterrole team-2 --verb=get,patch --resource=namespaces");
        terminal.quietly("kubectl create clusterrolebinding team-2 --clusterrole=team-2 --group=team-2");
        assertThat(terminal.type(
                        1, "kubectl label namespace app-ns-1 usergroup- istio.io/rev- --as=bob --as-group=team-2"))
                .contains("denied the request");
        assertThat(terminal.type(1, "kubectl apply -f capture.yaml")).contains("host-claim");
        assertThat(terminal.type(1, STEAL)).contains("denied the request");
        assertThat(terminal.type(1, "kubectl apply -f foreign-pod.yaml")).contains("denied the request");
    }

    @Test
    @Order(11)
    @Timeout(1_500)
    void noWriteFailsWhileItsPodsAndCertificatesAreDisturbed() throws Exception {
        terminal.heading("Disturbances");
        TestCluster.require(webhookImage != null, "MARCHWARDEN_IMAGE names no image that the cluster can pull");
        terminal.say("Meanwhile one client writes without a pause, in turn what is admitted and what is denied.");
        disturb(SYSTEM + "rollout restart deployment marchwarden");
        disturb(
                "helm upgrade marchwarden $chart -n marchwarden-system -f webhook-values.yaml --set podAnnotations.disturbed=yes --wait | grep STATUS");
        disturb(SYSTEM + "delete pod " + LEADER);
        disturb(SYSTEM + "delete pod " + LEADER + " --force --grace-period=0");
        disturbSecret("/data/tls.key", TO_REISSUE);
        disturbSecret("/data", ROTATED);
    }

    private void disturb(String command) throws Exception {
        writing(() -> {
            terminal.type(0, command);
            terminal.quietly(SYSTEM + "rollout status deployment marchwarden --timeout=3m");
        });
    }

    /** Until another certificate is in its place. */
    private void disturbSecret(String path, Duration atMost) throws Exception {
        writing(() -> {
            String before = terminal.quietly(SERVED);
            terminal.type(
                    0,
                    SYSTEM + "patch secret marchwarden-tls --type=json -p '[{\"op\": \"remove\", \"path\": \"" + path
                            + "\"}]'");
            long end = System.nanoTime() + atMost.toNanos();
            String now = before;
            while (now.isEmpty() || now.equals(before)) {
                assertThat(System.nanoTime())
                        .as("another certificate within " + atMost)
                        .isLessThan(end);
                Thread.sleep(2_000);
                now = terminal.run(SERVED).text();
            }
        });
    }

    private interface Disturbance {
        void happen() throws Exception;
    }

    private void writing(Disturbance disturbance) throws Exception {
        Path written = DIRECTORY.resolve("written.txt");
        Process writer = terminal.start(WRITES, written);
        try {
            disturbance.happen();
            Thread.sleep(8_000); // what fails later would be seen
        } finally {
            Files.createFile(DIRECTORY.resolve("stop"));
            writer.waitFor();
            Files.delete(DIRECTORY.resolve("stop"));
        }
        List<String> answers = Files.readAllLines(written);
        assertThat(answers).contains("admitted", "denied").allMatch(Set.of("admitted", "denied")::contains);
        terminal.say("%d writes meanwhile: %d admitted, %d denied, none failed."
                .formatted(
                        answers.size(),
                        answers.stream().filter("admitted"::equals).count(),
                        answers.stream().filter("denied"::equals).count()));
    }

    @Test
    @Order(12)
    void aTagMovesNamespacesToACanaryWithoutAFailedRequest() throws Exception {
        terminal.heading("A canary");
        tenancy("[usergroup-2, usergroup-2-canary]", "usergroup-2");
        terminal.type(0, "mw bootstrap apply $options | tail -n 1");
        terminal.type(0, "mw bootstrap assign app-ns-3 --usergroup usergroup-2 --tag usergroup-2-stable --restart");
        terminal.type(0, "kubectl -n app-ns-3" + ROLLED_OUT);
        Path answers = DIRECTORY.resolve("answers.txt");
        String ask = """
                kubectl -n app-ns-2 exec deployment/curl -c curl -- sh -c 'while [ ! -e /tmp/stop ]; do
                curl -s -m 5 -o /dev/null -w "%{http_code}\\n" http://httpbin.app-ns-3:8000/get; sleep 0.1; done'
                """;
        Process traffic = terminal.start(ask, answers);
        tenancy("[usergroup-2, usergroup-2-canary]", "usergroup-2-canary");
        terminal.type(0, "mw bootstrap apply $options | tail -n 1");
        terminal.type(0, "mw bootstrap assign app-ns-3 --usergroup usergroup-2 --tag usergroup-2-stable --restart");
        terminal.type(0, "kubectl -n app-ns-3" + ROLLED_OUT);
        Thread.sleep(8_000); // until the old pods are gone
        terminal.quietly("kubectl -n app-ns-2 exec deployment/curl -c curl -- sh -c ': >/tmp/stop'");
        traffic.waitFor();
        List<String> codes = Files.readAllLines(answers);
        terminal.say("Requests from app-ns-2 to app-ns-3 meanwhile: %d, of which %d were answered with 200."
                .formatted(codes.size(), codes.stream().filter("200"::equals).count()));
        assertThat(codes).hasSizeGreaterThan(50).allMatch("200"::equals);
        assertThat(terminal.type(0, "mw verify --live | sed -n '/^PROXY/,$p'"))
                .containsPattern("httpbin\\S*app-ns-3 .*usergroup-2-canary");
        assertThat(terminal.typeAnyway("mw bootstrap remove --revision usergroup-2-canary"))
                .contains("app-ns-3");
    }

    private void tenancy(String revisions, String tagged) throws Exception {
        String usergroup =
                "- name: usergroup-2\n  revisions: %s\n  tags: {usergroup-2-stable: %s}\n".formatted(revisions, tagged);
        for (String file : List.of("tenancy.yaml", "webhook-values.yaml")) {
            String text = Files.readString(DIRECTORY.resolve(file));
            boolean nested = file.startsWith("tenancy");
            Files.writeString(
                    DIRECTORY.resolve(file),
                    text.replaceAll(
                            "(?s)( *)- name: usergroup-2\n( +(revisions|tags):[^\n]*\n)*",
                            nested ? usergroup.indent(2) : usergroup));
        }
        if (webhookImage != null) {
            terminal.type(
                    0,
                    "helm upgrade marchwarden $chart -n marchwarden-system -f webhook-values.yaml --wait >/dev/null");
            terminal.await(
                    "kubectl label namespace app-ns-3 usergroup=usergroup-2 istio.io/rev=usergroup-2-canary --overwrite --dry-run=server",
                    "namespace/app-ns-3 (not )?labeled.*");
        }
    }

    @Test
    @Order(13)
    void whatIsRemovedLeavesNothing() throws Exception {
        terminal.heading("Removal");
        assertThat(terminal.type(1, "mw bootstrap remove --usergroup usergroup-2"))
                .contains("Namespace app-ns-2: a member", "Namespace app-ns-3: a member");
        terminal.type(0, "kubectl delete namespace app-ns-2 app-ns-3");
        assertThat(terminal.type(0, "mw bootstrap remove --usergroup usergroup-2"))
                .contains("nothing of usergroup usergroup-2 is left");
        assertThat(curl("app-ns-1", HTTPBIN.formatted("app-ns-1"))).endsWith("200\n");
        terminal.type(0, "kubectl delete namespace app-ns-1");
        terminal.type(0, "mw bootstrap remove --usergroup usergroup-1");
        if (webhookImage != null) {
            terminal.type(0, "helm uninstall marchwarden -n marchwarden-system --wait");
            terminal.quietly(
                    "kubectl delete namespace/marchwarden-system clusterrole/team-2 clusterrolebinding/team-2");
        }
        if (node == null) { // bootstrap leaves what all meshes share
            terminal.quietly("helm uninstall istio-base -n istio-system --wait");
            terminal.quietly("kubectl delete namespace istio-system");
            terminal.quietly("kubectl get crd -o name | grep 'istio[.]io$' | xargs kubectl delete");
            assertThat(terminal.quietly(THERE)).isEmpty();
        }
        assertThat(terminal.type(
                        0,
                        "kubectl get namespaces,validatingwebhookconfigurations,mutatingwebhookconfigurations -o name"))
                .doesNotContain("usergroup", "app-ns", "istiod", "marchwarden");
    }
}
