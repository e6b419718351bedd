package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.documentation.Documents;
import dev.marchwarden.documentation.Markdown;
import dev.marchwarden.tools.Crossing;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page <i>Bring in a cluster that is already in use</i>, step by step, over the manifests of test-fixtures/crossings: a cluster that was filled before there
 * was a webhook.
 */
class AuditClusterIT {
    private static final Path DIRECTORY = Path.of("test-fixtures", "crossings").toAbsolutePath();
    private static final Path JAR = Path.of("target", "marchwarden.jar").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    private static final Duration SOON = Duration.ofSeconds(60);

    /** The objects of a directory, each by the name of its file: most of them have the same one. */
    private static String objects(String directory) throws IOException {
        ObjectNode list = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        try (Stream<Path> files = Files.list(DIRECTORY.resolve(directory))) {
            for (Path file : files.sorted().toList()) {
                ObjectNode object = (ObjectNode) YAML.readTree(file.toFile());
                object.withObject("/metadata")
                        .put("name", name(file.getFileName().toString()));
                list.withArray("items").add(object);
            }
        }
        return list.toString();
    }

    private static String name(String file) {
        return file.replace(".yaml", "");
    }

    private static Path tenancy(TestCluster cluster, String enforcement) throws IOException {
        ObjectNode tenancy =
                (ObjectNode) YAML.readTree(DIRECTORY.resolve("tenancy.yaml").toFile());
        tenancy.withObject("/spec/enforcement").put("default", enforcement);
        return Files.writeString(cluster.directory().resolve(enforcement + ".yaml"), tenancy.toString());
    }

    private static ToolRun marchwarden(TestCluster cluster, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmx128m", "-jar", JAR.toString()));
        all.addAll(List.of(arguments));
        return ToolRun.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                cluster.directory(),
                Map.of("HOME", cluster.directory().toString(), "PATH", String.valueOf(System.getenv("PATH"))),
                all,
                "");
    }

    private static ToolRun audit(TestCluster cluster, Path tenancy, Path kubeconfig, String... more) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("audit", "--config", tenancy.toString(), "--kubeconfig", kubeconfig.toString()));
        all.addAll(List.of(more));
        return marchwarden(cluster, all.toArray(String[]::new));
    }

    /** A service account that has the rights of the page, and no others. */
    private static Path reader(TestCluster cluster) throws Exception {
        String role = new Markdown(Documents.read(Path.of("docs/audit.md")))
                .blocks().stream()
                        .map(Markdown.Block::code)
                        .filter(code -> code.contains("kind: ClusterRole"))
                        .findFirst()
                        .orElseThrow();
        Kubectl admin = cluster.admin();
        admin.must("create", "namespace", "auditors");
        admin.must("create", "serviceaccount", "auditor", "--namespace=auditors");
        ObjectNode labelled = (ObjectNode) YAML.readTree(role);
        labelled.withObject("/metadata/labels").put("marchwarden.dev/test", "true");
        admin.mustReading(labelled.toString(), "create", "-f", "-");
        admin.mustReading("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: marchwarden-audit, labels: {marchwarden.dev/test: "true"}}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: marchwarden-audit}
                subjects: [{kind: ServiceAccount, name: auditor, namespace: auditors}]
                """, "create", "-f", "-");
        return cluster.kubeconfig(
                admin.must("create", "token", "auditor", "--namespace=auditors").strip());
    }

    private static Set<Crossing> found(JsonNode report) {
        Set<Crossing> found = new LinkedHashSet<>();
        for (JsonNode finding : report.path("findings")) {
            found.add(new Crossing(
                    finding.path("name").asText() + ".yaml",
                    finding.path("rule").asText(),
                    finding.path("path").asText()));
        }
        return found;
    }

    @Test
    void aFullClusterIsBroughtInStepByStep() throws Exception {
        try (TestCluster cluster = TestCluster.openOwn("audit")) {
            Kubectl admin = cluster.admin();
            admin.must("apply", "-f", DIRECTORY.resolve("namespaces.yaml").toString());
            admin.mustReading(objects("manifests"), "create", "-f", "-");

            // 1. Describe what exists
            Path warn = tenancy(cluster, "warn");
            assertThat(marchwarden(cluster, "tenancy", "check", warn.toString()).exit())
                    .isZero();

            // 2. Audit the cluster
            Path reader = reader(cluster);
            ToolRun first = audit(cluster, warn, reader, "-o", "json");
            assertThat(first.exit()).as(first.text()).isZero();
            JsonNode report = JSON.readTree(first.out());
            assertThat(report.path("complete").asBoolean()).isTrue();
            assertThat(found(report)).containsExactlyInAnyOrderElementsOf(Crossing.table());
            assertThat(report.at("/usergroups/0/readiness").asText()).isEqualTo("violations-left");
            assertThat(audit(cluster, warn, reader, "--fail-on", "warn").exit()).isEqualTo(1);
            incomplete(cluster, warn);

            // 3. Install with warnings; 5. Fix
            try (Installation installed = new Installation(cluster, warn)) {
                assertThat(installed.server().readiness()).startsWith("{\"ready\":true");
                ToolRun again = admin.reading(objects("manifests"), List.of("apply", "-f", "-"));
                assertThat(again.exit()).as(again.text()).isZero();
                assertThat(again.err()).contains("Warning: ", "host-claim");
                admin.mustReading(objects("manifests"), "delete", "-f", "-");
                admin.mustReading(objects("clean"), "create", "-f", "-");
                ToolRun fixed = audit(cluster, warn, reader);
                System.out.println(fixed.out());
                assertThat(fixed.exit()).as(fixed.text()).isZero();
                assertThat(fixed.out().lines().filter(line -> line.endsWith("  nothing left: switch to deny")))
                        .hasSize(3);

                // 6. Deny
                Files.writeString(warn, withException(tenancy(cluster, "deny")));
                List<String> trial = List.of("create", "--dry-run=server", "-f", "-");
                installed
                        .server()
                        .await(
                                "denies",
                                SOON,
                                () -> admin.reading(objects("manifests"), trial)
                                        .err()
                                        .contains("denied the request"));
                admin.mustReading(objects("clean"), "apply", "-f", "-");

                // 7. Keep it so
                attempts(cluster);
                log(cluster, installed.server().decisions());
            }
        }
    }

    /** One of the crossings may stay for now. */
    private static String withException(Path tenancy) throws IOException {
        ObjectNode read = (ObjectNode) YAML.readTree(tenancy.toFile());
        read.withObject("/spec")
                .withArray("exceptions")
                .addObject()
                .put("usergroup", "usergroup-1")
                .put("rule", "host-claim")
                .put("kind", "DestinationRule")
                .put("namespace", "app-ns-1")
                .put("name", "shop")
                .put("until", LocalDate.now(ZoneOffset.UTC).plusDays(30).toString())
                .put("reason", "the route moves next month")
                .put("ticket", "MESH-12");
        return read.toString();
    }

    /** An owner tries to take a namespace over and to reach another usergroup, and uses the exception. */
    private static void attempts(TestCluster cluster) throws Exception {
        cluster.admin()
                .must(
                        "apply",
                        "-f",
                        Path.of("test-fixtures", "cluster", "rights.yaml")
                                .toAbsolutePath()
                                .toString());
        Kubectl alice = cluster.admin().as("alice", List.of("team-1", "system:authenticated"));
        String file =
                DIRECTORY.resolve("manifests/destinationrule-foreign-host.yaml").toString();
        ToolRun taken = alice.run("label", "--overwrite", "namespace", "app-ns-2", "usergroup=usergroup-1");
        assertThat(taken.err()).as(taken.text()).contains("denied the request", "membership-not-permitted");
        ToolRun route = alice.run(
                "create",
                "-f",
                DIRECTORY.resolve("manifests/virtualservice-route-foreign.yaml").toString());
        assertThat(route.err()).as(route.text()).contains("denied the request", "foreign-host");
        ToolRun excepted = alice.run("create", "-f", file);
        assertThat(excepted.exit()).as(excepted.text()).isZero();
        assertThat(excepted.err()).contains("admitted by an exception of the tenancy until ");
    }

    /** Who tried what, and which exception was used. */
    private static void log(TestCluster cluster, List<String> decisions) throws Exception {
        Path file = Files.write(cluster.directory().resolve("decisions.jsonl"), decisions);
        ToolRun all = marchwarden(cluster, "log", "--user", "alice", file.toString());
        System.out.println(all.out());
        assertThat(all.exit()).as(all.text()).isZero();
        JsonNode report = JSON.readTree(marchwarden(cluster, "log", "--user", "alice", "-o", "json", file.toString())
                .out());
        assertThat(report.at("/byUser/0/denied").asInt()).isEqualTo(2);
        assertThat(report.path("byRule").findValuesAsText("rule"))
                .contains("membership-not-permitted", "foreign-host", "host-claim");
        assertThat(report.at("/exceptions/0/ticket").asText()).isEqualTo("MESH-12");
        assertThat(report.at("/exceptions/0/kind").asText()).isEqualTo("DestinationRule");
    }

    /** An API server that is busy is waited for; one that stays so, or cuts an answer, leaves an audit that does not call the rest fine. */
    private static void incomplete(TestCluster cluster, Path tenancy) throws Exception {
        Path file = cluster.directory().resolve("relay.kubeconfig");
        for (ListRelay.Fault fault : List.of(ListRelay.Fault.BUSY, ListRelay.Fault.CUT)) {
            try (ClusterApi api = cluster.controlPlane().api();
                    ListRelay relay = new ListRelay(api, "virtualservices", nth -> fault)) {
                ToolRun run = audit(cluster, tenancy, relay.kubeconfig(file));
                assertThat(run.exit()).as(fault + ": " + run.text()).isEqualTo(2);
                assertThat(run.out()).contains("cannot list virtualservices: ", "1 not read or judged");
                assertThat(run.out()).doesNotContain("VirtualService app-ns-1/", "nothing left");
            }
        }
        try (ClusterApi api = cluster.controlPlane().api();
                ListRelay relay = new ListRelay(
                        api, "virtualservices", nth -> nth == 1 ? ListRelay.Fault.BUSY : ListRelay.Fault.NONE)) {
            ToolRun run = audit(cluster, tenancy, relay.kubeconfig(file), "-o", "json");
            assertThat(run.exit()).as(run.text()).isZero();
            assertThat(new TreeSet<>(found(JSON.readTree(run.out())).stream()
                            .map(Crossing::file)
                            .toList()))
                    .containsAll(Crossing.table().stream().map(Crossing::file).toList());
        }
    }
}
