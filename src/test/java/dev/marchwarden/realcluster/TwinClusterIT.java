package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.model.Border;
import dev.marchwarden.model.RandomReviews;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.ObjectReview;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.User;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.ToolRun;
import dev.marchwarden.twin.CelTwin;
import dev.marchwarden.twin.NamespaceComparison;
import dev.marchwarden.twin.ObjectComparison;
import dev.marchwarden.twin.RandomObjects;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The twin in a real API server, where there is no webhook: it takes the policies without a warning, and denies what the webhook would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwinClusterIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REVIEWS = 150;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Whom nothing stops: puts namespaces into the state in which a write finds them. */
    private static final String EXEMPTED = "exempted";

    private static final String RIGHTS = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: writes-namespaces, labels: {marchwarden.dev/test: "true"}}
            rules:
            - {apiGroups: [""], resources: [namespaces, namespaces/status, namespaces/finalize], verbs: ["*"]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: all-write-namespaces, labels: {marchwarden.dev/test: "true"}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: writes-namespaces}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: writes-anything, labels: {marchwarden.dev/test: "true"}}
            rules:
            - {apiGroups: [networking.istio.io, security.istio.io, apps], resources: ["*"], verbs: ["*"]}
            - {apiGroups: [""], resources: [pods], verbs: ["*"]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: all-write-anything, labels: {marchwarden.dev/test: "true"}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: writes-anything}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: uses-usergroup-2, labels: {marchwarden.dev/test: "true"}}
            rules:
            - {apiGroups: [marchwarden.dev], resources: [usergroups], resourceNames: [usergroup-2], verbs: [use]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: ann-uses-usergroup-2, labels: {marchwarden.dev/test: "true"}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: uses-usergroup-2}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ann}]
            """;

    private static final List<User> AUTHORS = List.of(
            new User("ann", List.of("team-1")),
            new User("carl", List.of()),
            new User("root", List.of("system:masters")),
            new User("system:serviceaccount:system-1:istiod", List.of("system:serviceaccounts")),
            new User("system:serviceaccount:system-2:istiod-usergroup-2", List.of("system:serviceaccounts")));

    private static final List<String> DRY_CREATION = List.of("create", "--dry-run=server", "-f", "-");

    private static final List<String> COMPLETED = List.of(
            "create",
            "--dry-run=server",
            "-o",
            "jsonpath={.metadata.labels.usergroup} {.metadata.labels.istio\\.io/rev}",
            "-f",
            "-");

    private @Nullable TestCluster opened;
    private @Nullable Tenancy parsed;

    @BeforeAll
    void open() throws Exception {
        TestCluster cluster = TestCluster.openOwn("twin");
        opened = cluster;
        Tenancy tenancy = TenancyFile.parse(
                "model", (Border.TENANCY + "  exemptions: {users: [" + EXEMPTED + "]}\n").getBytes(UTF_8));
        parsed = tenancy;
        cluster.admin().mustReading(RIGHTS, "apply", "-f", "-");
        cluster.admin().mustReading(new CelTwin(tenancy).yaml(), "apply", "-f", "-");
        // A policy is in force a moment after it was written.
        Instant end = Instant.now().plus(TIMEOUT);
        while (cluster.admin()
                .reading(namespace("probe", "unknown"), DRY_CREATION)
                .succeeded()) {
            assertThat(Instant.now()).as("the twin is in force").isBefore(end);
            Thread.sleep(500);
        }
    }

    @AfterAll
    void close() throws Exception {
        if (opened != null) {
            opened.close();
        }
    }

    private TestCluster cluster() {
        if (opened == null) {
            throw new IllegalStateException();
        }
        return opened;
    }

    private Tenancy tenancy() {
        if (parsed == null) {
            throw new IllegalStateException();
        }
        return parsed;
    }

    @Test
    void typesAreCheckedWithoutAWarning() throws Exception {
        TestCluster.require(
                cluster().hasControllers(),
                "types are checked by kube-controller-manager; put it into the directory that KUBEBUILDER_ASSETS names");
        Instant end = Instant.now().plus(TIMEOUT);
        List<JsonNode> policies = policies();
        while (policies.stream()
                .anyMatch(policy -> policy.at("/status/observedGeneration").asInt() == 0)) {
            assertThat(Instant.now()).as("types are checked: " + policies).isBefore(end);
            Thread.sleep(500);
            policies = policies();
        }
        assertThat(policies)
                .hasSize(5)
                .allSatisfy(policy -> assertThat(policy.at("/status/typeChecking/expressionWarnings"))
                        .as(policy.path("status").toPrettyString())
                        .isEmpty());
    }

    private List<JsonNode> policies() throws Exception {
        return JSON.readTree(cluster()
                        .admin()
                        .must(
                                "get",
                                "validatingadmissionpolicies",
                                "-l",
                                "app.kubernetes.io/component=twin",
                                "-o",
                                "json"))
                .path("items")
                .valueStream()
                .toList();
    }

    /** Configuration and workloads, with the namespace that they are in. */
    @Test
    void deniesConfigurationAndWorkloads() throws Exception {
        Kubectl exempted = cluster().admin().as(EXEMPTED, List.of("system:masters"));
        exempted.mustReading(
                namespace("member", "usergroup-1, istio.io/rev: usergroup-1") + "\n---\n"
                        + namespace("system-1", "usergroup-1"),
                "apply",
                "-f",
                "-");
        try {
            assertDecided(
                    "mtls-downgrade",
                    "security.istio.io/v1",
                    "PeerAuthentication",
                    "member",
                    "{}",
                    "{mtls: {mode: PERMISSIVE}}");
            assertDecided("", "security.istio.io/v1", "PeerAuthentication", "member", "{}", "{mtls: {mode: STRICT}}");
            assertDecided("mtls-downgrade", "security.istio.io/v1", "PeerAuthentication", "system-1", "{}", "{}");
            assertDecided(
                    "config-revision-mismatch",
                    "networking.istio.io/v1",
                    "Sidecar",
                    "member",
                    "{istio.io/rev: usergroup-2}",
                    "{}");
            assertDecided("", "networking.istio.io/v1", "Sidecar", "member", "{istio.io/rev: usergroup-1}", "{}");
            String pods =
                    "{replicas: 0, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a, istio.io/rev: %s}}, spec: {containers: [{name: a, image: a}]}}}";
            assertDecided("workload-revision", "apps/v1", "Deployment", "member", "{}", pods.formatted("usergroup-2"));
            assertDecided("", "apps/v1", "Deployment", "member", "{}", pods.formatted("usergroup-1-stable"));
            assertDecided(
                    "proxy-override",
                    "apps/v1",
                    "Deployment",
                    "member",
                    "{}",
                    pods.formatted("usergroup-1, security.istio.io/tlsMode: disabled"));
            assertDecided(
                    "foreign-injection",
                    "apps/v1",
                    "Deployment",
                    "member",
                    "{}",
                    pods.formatted("usergroup-1}, annotations: {istio.io/rev: usergroup-2"));
            String out = "usergroup-1, sidecar.istio.io/inject: 'false'}, annotations:"
                    + " {traffic.sidecar.istio.io/excludeInboundPorts: '8080'";
            assertWarned("metadata.labels[sidecar.istio.io/inject]", "Deployment", pods.formatted(out));
            assertWarned(
                    "metadata.annotations[traffic.sidecar.istio.io/excludeInboundPorts]",
                    "Deployment",
                    pods.formatted(out));
            assertWarned(
                    "spec.hostNetwork",
                    "Deployment",
                    pods.formatted("usergroup-1").replace("{containers", "{hostNetwork: true, containers"));
            assertWarned(
                    "spec.securityContext.runAsUser",
                    "Deployment",
                    pods.formatted("usergroup-1")
                            .replace("{containers", "{securityContext: {runAsUser: 1337}, containers"));
        } finally {
            exempted.must("delete", "namespace", "member", "system-1", "--timeout=60s");
        }
    }

    /** @param field that a warning of injection-opt-out names */
    private void assertWarned(String field, String kind, String spec) throws Exception {
        ToolRun run = cluster()
                .admin()
                .reading(
                        "---\n{apiVersion: apps/v1, kind: %s, metadata: {name: it, namespace: member}, spec: %s}"
                                .formatted(kind, spec),
                        DRY_CREATION);
        assertThat(run.succeeded()).as(spec + ": " + run.text()).isTrue();
        assertThat(run.err()).contains("injection-opt-out: spec.template." + field + " is ");
    }

    /** Kinds that run code in proxies, and control planes that write where they are not. */
    @Test
    void deniesCodeAndControlPlanesThatGoTooFar() throws Exception {
        Kubectl exempted = cluster().admin().as(EXEMPTED, List.of("system:masters"));
        exempted.mustReading(namespace("coded", "usergroup-1"), "apply", "-f", "-");
        try {
            String filter =
                    "---\n{apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: {name: it, namespace: coded}, spec: {configPatches: [{applyTo: HTTP_FILTER, match: {context: SIDECAR_INBOUND}, patch: {operation: REMOVE}}]}}";
            // Of system:masters.
            assertThat(cluster().admin().reading(filter, DRY_CREATION).succeeded())
                    .isTrue();
            Kubectl coder = cluster().admin().as("carl", List.of("system:authenticated"));
            ToolRun run = coder.reading(filter, DRY_CREATION);
            assertThat(run.err()).contains(" denied request: raw-proxy-config: spec.configPatches is ");
            Kubectl istiod = cluster()
                    .admin()
                    .as(
                            "system:serviceaccount:system-2:istiod-usergroup-2",
                            List.of("system:authenticated", "system:serviceaccounts"));
            assertThat(istiod.reading(
                                    "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: it, namespace: coded}, spec: {replicas: 0, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}}",
                                    DRY_CREATION)
                            .err())
                    .contains(" denied request: control-plane-reach: metadata.namespace is \"coded\"");
        } finally {
            exempted.must("delete", "namespace", "coded", "--timeout=60s");
        }
    }

    /** @param rule that denies it, empty for none */
    private void assertDecided(
            String rule, String apiVersion, String kind, String namespace, String labels, String spec)
            throws Exception {
        // Text that begins with a brace is JSON for kubectl 1.36.
        String object = "---\n{apiVersion: %s, kind: %s, metadata: {name: it, namespace: %s, labels: %s}, spec: %s}"
                .formatted(apiVersion, kind, namespace, labels, spec);
        ToolRun run = cluster().admin().reading(object, DRY_CREATION);
        if (rule.isEmpty()) {
            assertThat(run.succeeded()).as(object + ": " + run.text()).isTrue();
        } else {
            assertThat(run.err()).as(object).contains(" denied request: " + rule + ": ");
        }
    }

    @Test
    void deniesWhatTheWebhookWould() throws Exception {
        NamespaceComparison webhook = NamespaceComparison.of(tenancy());
        List<String> differences = new ArrayList<>();
        int[] counts = new int[2];
        RandomReviews.judge(20261127, REVIEWS * 2, (review, namespaces) -> {
            if (counts[0] + counts[1] >= REVIEWS || !isPossible(review)) {
                return;
            }
            List<String> expected = webhook.denials(
                    review.bytes(), new NamespaceSnapshot(namespaces, "usergroup"), TwinClusterIT::isGranted);
            prepare(review);
            ToolRun run = send(review);
            counts[run.succeeded() ? 0 : 1]++;
            boolean asExpected =
                    expected.isEmpty() ? run.succeeded() : run.err().contains(expected.getFirst());
            if (!asExpected) {
                differences.add("expected " + expected + " of " + review + " and got " + run.text());
            }
        });
        System.out.println(counts[0] + " writes admitted, " + counts[1] + " denied by the twin");
        assertThat(differences).isEmpty();
        assertThat(counts[0]).isGreaterThan(20);
        assertThat(counts[1]).isGreaterThan(20);
    }

    /** New objects, by authors without rights of their own, in namespaces of both usergroups and of none. */
    @Test
    void deniesOfConfigurationAndWorkloadsWhatTheWebhookWould() throws Exception {
        List<NamespaceState> states = List.of(
                member("app-1", "usergroup-1"),
                member("app-2", "usergroup-2"),
                new NamespaceState("system-1", Map.of("usergroup", "usergroup-1"), false),
                new NamespaceState("outside", Map.of(), false));
        Kubectl exempted = cluster().admin().as(EXEMPTED, List.of("system:masters"));
        for (NamespaceState state : states) {
            ObjectNode namespace = NamespaceReview.namespace(state.name(), state.labels(), false);
            exempted.mustReading(namespace.toString(), "apply", "-f", "-");
        }
        ObjectComparison webhook = ObjectComparison.of(tenancy());
        Namespaces namespaces = new NamespaceSnapshot(states, "usergroup");
        List<String> differences = new ArrayList<>();
        Map<String, Integer> counts = new TreeMap<>();
        Random random = new Random(RandomReviews.SEED);
        try {
            for (int sent = 0; sent < REVIEWS; ) {
                String namespace = RandomObjects.one(states, random).name();
                ObjectNode object = RandomObjects.complete(
                        RandomObjects.object(RandomObjects.one(RandomObjects.KINDS, random), namespace, random));
                if (object == null) {
                    continue;
                }
                String text = named(object.toString());
                User author = RandomObjects.one(AUTHORS, random);
                Optional<Set<RuleName>> judged =
                        webhook.denials(ObjectReview.of(null, JSON.readTree(text), author), namespaces);
                if (judged.isEmpty()) {
                    continue;
                }
                sent++;
                Set<RuleName> expected = judged.get();
                ToolRun run =
                        cluster().admin().as(author.name(), groups(author)).reading(text, DRY_CREATION);
                boolean asExpected = expected.isEmpty()
                        ? run.succeeded()
                        : expected.stream().anyMatch(rule -> run.err().contains(" denied request: " + rule + ": "));
                if (!asExpected) {
                    differences.add("expected " + expected + " of " + author + ": " + text + " and got " + run.text());
                }
                expected.forEach(rule -> counts.merge(rule.spelling(), 1, Integer::sum));
                counts.merge(expected.isEmpty() ? "admitted" : "denied", 1, Integer::sum);
            }
        } finally {
            exempted.must("delete", "namespace", "app-1", "app-2", "system-1", "outside", "--timeout=120s");
        }
        System.out.println("new configuration and workloads, twin beside policy: " + counts);
        assertThat(differences).isEmpty();
        assertThat(counts.get("admitted")).isGreaterThan(20);
        assertThat(counts.get("denied")).isGreaterThan(20);
    }

    private static NamespaceState member(String name, String usergroup) {
        return new NamespaceState(name, Map.of("usergroup", usergroup, "istio.io/rev", usergroup), false);
    }

    /** In the names of this tenancy. */
    private static String named(String object) {
        return object.replace("red-1", "usergroup-1")
                .replace("red-2", "usergroup-1-canary")
                .replace("red-stable", "usergroup-1-stable")
                .replace("blue", "usergroup-2");
    }

    /** Nothing is left terminating here, and Kubernetes lets nobody delete kube-system. */
    private static boolean isPossible(NamespaceReview review) {
        boolean terminating = review.oldObject() != null
                && !review.oldObject().at("/metadata/deletionTimestamp").isMissingNode();
        return !terminating
                && !(review.name().equals("kube-system") && !review.operation().equals("UPDATE"));
    }

    private static boolean isGranted(User user, Requirement requirement) {
        return user.name().equals("ann") && requirement.toString().equals("use usergroup-2");
    }

    /** The namespace as the review finds it. */
    private void prepare(NamespaceReview review) throws Exception {
        Kubectl exempted = cluster().admin().as(EXEMPTED, List.of("system:masters"));
        ObjectNode before = review.oldObject();
        if (before == null) {
            exempted.must("delete", "namespace", review.name(), "--ignore-not-found", "--timeout=60s");
            return;
        }
        if (!exempted.run("get", "namespace", review.name()).succeeded()) {
            exempted.mustReading(before.toString(), "create", "-f", "-");
        }
        exempted.mustReading(before.toString(), "replace", "--raw", path(review, ""), "-f", "-");
    }

    /** As a dry run, which the API server judges as any other. */
    private ToolRun send(NamespaceReview review) throws Exception {
        Kubectl author = cluster().admin().as(review.user().name(), groups(review.user()));
        String object = String.valueOf(review.object());
        return switch (review.operation()) {
            case "CREATE" ->
                author.reading(object, List.of("create", "--raw", "/api/v1/namespaces?dryRun=All", "-f", "-"));
            case "UPDATE" ->
                author.reading(
                        object,
                        List.of("replace", "--raw", path(review, review.subresource()) + "?dryRun=All", "-f", "-"));
            default -> author.run("delete", "namespace", review.name(), "--dry-run=server");
        };
    }

    private static List<String> groups(User user) {
        List<String> groups = new ArrayList<>(user.groups());
        if (!groups.contains("system:authenticated")) {
            groups.add("system:authenticated");
        }
        return groups;
    }

    private static String path(NamespaceReview review, String subresource) {
        String path = "/api/v1/namespaces/" + review.name();
        return subresource.isEmpty() ? path : path + "/" + subresource;
    }

    private static String namespace(String name, String usergroup) {
        return "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {usergroup: %s}}\n"
                .formatted(name, usergroup);
    }

    /** The API server adds what the mutating webhook would add, and then judges the pair. */
    @Test
    void completesPairs() throws Exception {
        Kubectl admin = cluster().admin();
        TestCluster.require(
                admin.must("api-resources", "--api-group=admissionregistration.k8s.io", "-o", "name")
                        .contains("mutatingadmissionpolicies"),
                "the API server has no MutatingAdmissionPolicy (expected: Kubernetes 1.36)");
        String pair = CelTwin.yaml(new CelTwin(tenancy()).completion());
        admin.mustReading(pair, "apply", "-f", "-");
        Kubectl owner = admin.as("ann", List.of("team-1", "system:authenticated"));
        try {
            Instant end = Instant.now().plus(TIMEOUT);
            ToolRun run = owner.reading(namespace("half", "usergroup-1"), COMPLETED);
            while (!run.succeeded()) {
                assertThat(Instant.now()).as(run.text()).isBefore(end);
                Thread.sleep(500);
                run = owner.reading(namespace("half", "usergroup-1"), COMPLETED);
            }
            assertThat(run.out()).isEqualTo("usergroup-1 usergroup-1");
            String revision = namespace("half", "usergroup-1-stable").replace("usergroup:", "istio.io/rev:");
            assertThat(owner.reading(revision, COMPLETED).out()).isEqualTo("usergroup-1 usergroup-1-stable");
            Kubectl stranger = admin.as("bob", List.of("system:authenticated"));
            assertThat(stranger.reading(namespace("half", "usergroup-1"), COMPLETED)
                            .err())
                    .contains("membership-not-permitted");
            assertThat(owner.reading(namespace("half", "nobody"), COMPLETED).err())
                    .contains("unknown-usergroup");
        } finally {
            admin.mustReading(pair, "delete", "-f", "-");
        }
    }

    /** As many as the documentation says: each expression is long, and the API server bounds what its evaluation may cost. */
    @Test
    void fiveHundredUsergroupsAreTakenAndDecided() throws Exception {
        StringBuilder file =
                new StringBuilder("apiVersion: marchwarden.dev/v1alpha1\nkind: Tenancy\nspec:\n  usergroups:\n");
        for (int i = 1000; i < 1500; i++) {
            file.append(
                    "  - {name: usergroup-%1$d, revisions: [usergroup-%1$d-1-30, usergroup-%1$d-1-31], tags: {usergroup-%1$d-stable: usergroup-%1$d-1-31}, owners: {groups: [team-%1$d]}}\n"
                            .formatted(i));
        }
        CelTwin twin = new CelTwin(TenancyFile.parse("large", file.toString().getBytes(UTF_8)));
        // Beside the other twin, which exempts the author of what follows.
        String large = twin.yaml().replace(".twin.marchwarden.dev", ".large.marchwarden.dev");
        cluster().admin().mustReading(large, "apply", "-f", "-");
        System.out.println(
                "500 usergroups: longest expression " + CelTwin.longestExpression(twin.objects()) + " characters");
        try {
            Kubectl stranger = cluster().admin().as(EXEMPTED, List.of("system:authenticated"));
            awaitInForce(() -> stranger.reading(namespace("large", "unknown"), DRY_CREATION));
            String last =
                    "---\n{apiVersion: v1, kind: Namespace, metadata: {name: large, labels: {usergroup: usergroup-1499, istio.io/rev: usergroup-1499-1-31}}}";
            assertDeniedByLarge("membership-not-permitted", stranger.reading(last, DRY_CREATION));
            assertDeniedByLarge("revision-mismatch", stranger.reading(last.replace("1499-1", "1000-1"), DRY_CREATION));
            Kubectl owner = cluster().admin().as(EXEMPTED, List.of("system:authenticated", "team-1499"));
            owner.mustReading(last, "create", "-f", "-");
            Kubectl exempted = cluster().admin().as(EXEMPTED, List.of("system:masters"));
            String permissive =
                    "---\n{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: it, namespace: large}, spec: {mtls: {mode: PERMISSIVE}}}";
            awaitInForce(() -> exempted.reading(permissive, DRY_CREATION));
            assertDeniedByLarge("mtls-downgrade", exempted.reading(permissive, DRY_CREATION));
            String deployment =
                    "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: it, namespace: large}, spec: {replicas: 0, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a, istio.io/rev: usergroup-1000-1-30}}, spec: {containers: [{name: a, image: a}]}}}}";
            awaitInForce(() -> exempted.reading(deployment, DRY_CREATION));
            assertDeniedByLarge("workload-revision", exempted.reading(deployment, DRY_CREATION));
        } finally {
            cluster().admin().mustReading(large, "delete", "-f", "-");
            cluster()
                    .admin()
                    .as(EXEMPTED, List.of("system:masters"))
                    .must("delete", "namespace", "large", "--ignore-not-found", "--timeout=60s");
        }
    }

    /** API servers compile each policy in their own time, and a large one takes seconds. */
    private static void awaitInForce(Callable<ToolRun> denied) throws Exception {
        Instant end = Instant.now().plus(TIMEOUT);
        while (denied.call().succeeded()) {
            assertThat(Instant.now()).as("the large twin is in force").isBefore(end);
            Thread.sleep(500);
        }
    }

    /** By a rule, and not because its evaluation costs too much. */
    private static void assertDeniedByLarge(String rule, ToolRun run) {
        assertThat(run.succeeded()).as(rule).isFalse();
        assertThat(run.err()).contains(".large.marchwarden.dev' denied request: " + rule + ": ");
    }

    /** With the controllers of Kubernetes at work on what ends. */
    @Test
    void namespacesComeAndGo() throws Exception {
        TestCluster.require(
                cluster().hasControllers(),
                "namespaces are emptied by kube-controller-manager; put it into the directory that KUBEBUILDER_ASSETS names");
        Kubectl owner = cluster().admin().as("ann", List.of("team-1", "system:authenticated"));
        owner.mustReading(
                "---\n{apiVersion: v1, kind: Namespace, metadata: {name: comes, labels: {usergroup: usergroup-1, istio.io/rev: usergroup-1}}}",
                "create",
                "-f",
                "-");
        owner.must("delete", "namespace", "comes", "--timeout=60s");
        assertThat(owner.run("get", "namespace", "comes").err()).contains("NotFound");
    }
}
