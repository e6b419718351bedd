package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.server.RecordedReview;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GOOD = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: good, labels: {usergroup: usergroup-1, istio.io/rev: usergroup-1}}
            """;
    private static final String MISMATCH = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: mismatch, labels: {usergroup: usergroup-1, istio.io/rev: usergroup-2}}
            """;
    private static final String INJECTION = """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: injection
              labels: {usergroup: usergroup-1, istio.io/rev: usergroup-1, istio-injection: enabled}
            """;

    @TempDir
    private Path directory;

    private Path manifests = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        manifests = Files.createDirectories(directory.resolve("manifests"));
    }

    private static Invocation check(Object... more) {
        Object[] all = new Object[3 + more.length];
        System.arraycopy(new Object[] {"check", "--config", RecordedReview.TENANCY}, 0, all, 0, 3);
        System.arraycopy(more, 0, all, 3, more.length);
        return Invocation.of(all);
    }

    private static List<JsonNode> violations(Invocation invocation) throws IOException {
        return JSON.readTree(invocation.out()).path("violations").valueStream().toList();
    }

    @Test
    void cleanManifestsEndWithZero() throws Exception {
        Path file = Files.writeString(manifests.resolve("good.yaml"), GOOD);
        Invocation table = check("-f", file);
        assertThat(table.exitCode()).isZero();
        assertThat(table.lines()).containsExactly("1 object read, 1 looked at: 0 denied, 0 warned, 0 audited");
        Invocation json = check("-f", file, "-o", "json");
        assertThat(json.exitCode()).isZero();
        assertThat(violations(json)).isEmpty();
        assertThat(JSON.readTree(json.out()).at("/summary/objects").asInt()).isOne();
    }

    @Test
    void everyViolationTellsWhatAndWhereAndTheFix() throws Exception {
        Path file = Files.writeString(manifests.resolve("all.yaml"), GOOD + "---\n" + MISMATCH + "---\n" + INJECTION);
        Invocation json = check("-f", file, "-o", "json");
        assertThat(json.exitCode()).isOne();
        assertThat(json.lines()).hasSize(1);
        List<JsonNode> violations = violations(json);
        assertThat(violations)
                .extracting(violation -> violation.path("rule").asText())
                .containsExactly("revision-mismatch", "injection-label");
        assertThat(violations).allSatisfy(violation -> {
            assertThat(violation.fieldNames().next()).isEqualTo("rule");
            assertThat(violation.propertyStream().map(Map.Entry::getKey))
                    .contains(
                            "rule",
                            "enforcement",
                            "file",
                            "kind",
                            "namespace",
                            "name",
                            "path",
                            "value",
                            "message",
                            "fix");
            assertThat(violation.path("enforcement").asText()).isEqualTo("deny");
            assertThat(violation.path("file").asText()).isEqualTo(file.toString());
            assertThat(violation.path("kind").asText()).isEqualTo("Namespace");
            assertThat(violation.path("message").asText()).isNotEmpty();
            assertThat(violation.path("fix").asText()).isNotEmpty();
        });
        JsonNode first = violations.getFirst();
        assertThat(first.path("name").asText()).isEqualTo("mismatch");
        assertThat(first.path("path").asText()).isEqualTo("metadata.labels[istio.io/rev]");
        assertThat(first.path("value").asText()).isEqualTo("usergroup-2");
        assertThat(JSON.readTree(json.out()).at("/summary/deny").asInt()).isEqualTo(2);

        Invocation table = check("-f", file);
        assertThat(table.exitCode()).isOne();
        assertThat(table.out())
                .contains("revision-mismatch", "injection-label", "Fix: ", "3 objects read, 3 looked at: 2 denied")
                .doesNotContain("\u001b");
        assertThat(table.lines().stream().filter(line -> !line.contains(file.toString())))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(Marchwarden.WIDTH));
    }

    @Test
    void nobodyIsAnOwnerWhoIsNotSaidToBe() throws Exception {
        Path file = Files.writeString(manifests.resolve("good.yaml"), GOOD);
        assertThat(check("-f", file, "--as", "bob").exitCode()).isOne();
        assertThat(check("-f", file, "--as", "bob", "--as-group", "team-1").exitCode())
                .isZero();
        assertThat(check("-f", file, "--as", "bob", "--as-group", "team-2").out())
                .contains("membership-not-permitted");
    }

    @Test
    void readsListsFoldersAndStandardInput() throws Exception {
        Files.createDirectories(manifests.resolve("below"));
        Files.writeString(
                manifests.resolve("a.yaml"),
                "# nothing yet\n---\n" + GOOD + "---\n# switched off\n---\n" + GOOD + "---\n");
        Files.writeString(manifests.resolve("below/b.yml"), MISMATCH);
        Files.writeString(
                manifests.resolve("c.json"),
                "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":["
                        + "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"one\","
                        + "\"labels\":{\"usergroup\":\"nonsense\"}}},"
                        + "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"two\"}}]}");
        Files.writeString(manifests.resolve("notes.txt"), "not a manifest");
        Invocation json = check("-f", manifests, "-o", "json");
        assertThat(json.exitCode()).isOne();
        assertThat(violations(json))
                .extracting(violation -> violation.path("name").asText())
                .contains("mismatch", "one")
                .doesNotContain("good", "two");
        assertThat(JSON.readTree(json.out()).at("/summary/objects").asInt()).isEqualTo(5);
        assertThat(JSON.readTree(json.out()).at("/summary/lookedAt").asInt()).isEqualTo(4);

        Invocation input = Invocation.reading(
                GOOD + "---\n" + MISMATCH, "check", "--config", RecordedReview.TENANCY, "-f", "-", "-o", "json");
        assertThat(input.exitCode()).isOne();
        assertThat(violations(input))
                .singleElement()
                .satisfies(
                        violation -> assertThat(violation.path("file").asText()).isEqualTo("-"));
    }

    @Test
    void warningsAloneEndWithZero() throws Exception {
        Path mild = Files.writeString(
                directory.resolve("tenancy.yaml"),
                Files.readString(RecordedReview.TENANCY) + "  enforcement: {default: warn}\n");
        Path file = Files.writeString(manifests.resolve("mismatch.yaml"), MISMATCH);
        Invocation json = Invocation.of("check", "--config", mild, "-f", file, "-o", "json");
        assertThat(json.exitCode()).isZero();
        assertThat(violations(json))
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.path("enforcement").asText()).isEqualTo("warn"));
    }

    private static final String ABROAD = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: abroad%s}
            spec:
              hosts: [httpbin]
              http: [{route: [{destination: {host: httpbin.app-ns-2.svc.cluster.local}}]}]
            """;

    private Invocation checkInCluster(String manifest, Object... more) throws IOException {
        Path file = Files.writeString(manifests.resolve("one.yaml"), manifest);
        Object[] all = new Object[6 + more.length];
        System.arraycopy(
                new Object[] {"--namespaces", RecordedReview.NAMESPACES, "-o", "json", "-f", file}, 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        return check(all);
    }

    @Test
    void whatNamesNoNamespaceGoesWhereKubectlWouldPutIt() throws Exception {
        String nowhere = ABROAD.formatted("");
        assertThat(violations(checkInCluster(nowhere, "-n", "app-ns-1")))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.path("namespace").asText()).isEqualTo("app-ns-1");
                    assertThat(violation.path("rule").asText()).isEqualTo("foreign-host");
                });
        assertThat(violations(checkInCluster(nowhere, "--namespace", "app-ns-2")))
                .isEmpty();
        assertThat(violations(checkInCluster(nowhere)))
                .extracting(violation -> violation.path("rule").asText() + " "
                        + violation.path("namespace").asText())
                .contains("config-outside-mesh default");
        assertThat(violations(checkInCluster(ABROAD.formatted(", namespace: app-ns-1"), "-n", "app-ns-2")))
                .as("its own counts")
                .hasSize(1);
    }

    @Test
    void whatIsInNoNamespaceIsPutIntoNone() throws Exception {
        assertThat(checkInCluster("""
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: GatewayClass
                        metadata: {name: istio-usergroup-1}
                        spec: {controllerName: istio.io/gateway-controller-usergroup-1}
                        """, "-n", "no-such-namespace").exitCode()).isZero();
        assertThat(checkInCluster(GOOD, "-n", "no-such-namespace").exitCode()).isZero();
        assertThat(violations(checkInCluster("""
                        apiVersion: networking.istio.io/v1
                        kind: Newcomer
                        metadata: {name: one}
                        """, "-n", "no-such-namespace")))
                .singleElement()
                .satisfies(
                        violation -> assertThat(violation.path("rule").asText()).isEqualTo("unknown-kind"));
    }

    @Test
    void aNamespaceThatNobodyKnowsIsAnErrorThatSaysWhatToDo() throws Exception {
        String elsewhere = ABROAD.formatted(", namespace: elsewhere");
        Path file = Files.writeString(manifests.resolve("one.yaml"), elsewhere);
        Invocation table = check("-f", file);
        assertThat(table.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(Marchwarden.WIDTH));
        assertThat(table.out().replaceAll("\\s+", " "))
                .contains(
                        "error VirtualService abroad",
                        file + ":1",
                        "\"elsewhere\"",
                        "--namespaces",
                        "--usergroup",
                        "-n")
                .contains("1 object read, 1 looked at: 0 denied, 0 warned, 0 audited; 1 error");
        Invocation json = check("-f", file, "-o", "json");
        assertThat(json.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(JSON.readTree(json.out()).at("/errors/0/message").asText()).contains("among the manifests");
        String namespace = GOOD.replace("name: good", "name: elsewhere");
        Files.writeString(file, elsewhere + "---\n" + namespace);
        assertThat(check("-f", file).exitCode()).as("its Namespace comes later").isEqualTo(ExitCode.FOUND);
    }

    /** What `helm template` prints: each document behind a comment that says where it is from, some of them empty. */
    @Test
    void readsWhatHelmAndKustomizePrint() throws Exception {
        String abroad = ABROAD.formatted(", namespace: app-ns-1");
        String helm =
                "---\n# Source: shop/templates/configmap.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\n"
                        + "---\n# Source: shop/templates/off.yaml\n---\n# Source: shop/templates/virtualservice.yaml\n"
                        + abroad;
        assertThat(violations(checkInCluster(helm)))
                .singleElement()
                .satisfies(
                        violation -> assertThat(violation.path("line").asInt()).isEqualTo(16));
        String kustomize = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\n---\n" + abroad;
        Invocation input = Invocation.reading(
                kustomize,
                "check",
                "--config",
                RecordedReview.TENANCY,
                "--namespaces",
                RecordedReview.NAMESPACES,
                "-o",
                "json",
                "-f",
                "-");
        assertThat(violations(input))
                .singleElement()
                .satisfies(
                        violation -> assertThat(violation.path("line").asInt()).isEqualTo(11));
        assertThat(JSON.readTree(input.out()).at("/summary/objects").asInt()).isEqualTo(2);
        assertThat(JSON.readTree(input.out()).at("/summary/lookedAt").asInt()).isOne();
        String list = "apiVersion: networking.istio.io/v1\nkind: VirtualServiceList\nitems:\n"
                + abroad.indent(2).replaceFirst(" ", "-");
        assertThat(violations(checkInCluster(list))).hasSize(1);
    }

    @Test
    void judgesTenThousandObjects() throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            String namespace = i % 1_000 == 0 ? ", namespace: app-ns-1" : ", namespace: app-ns-2";
            many.append("---\n").append(ABROAD.formatted(namespace).replace("abroad", "abroad-" + i));
        }
        Invocation json = checkInCluster(many.toString());
        assertThat(violations(json))
                .extracting(violation -> violation.path("name").asText())
                .hasSize(10)
                .startsWith("abroad-0", "abroad-1000");
        assertThat(JSON.readTree(json.out()).at("/summary/lookedAt").asInt()).isEqualTo(10_000);
    }

    @Test
    void namespacesThatSayNothingOfMembershipAreAssumedToBeMembers() throws Exception {
        String bare = "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n";
        String own = ABROAD.replace("app-ns-2", "other").formatted(", namespace: shop");
        Path file = Files.writeString(
                manifests.resolve("one.yaml"),
                bare.formatted("shop") + "---\n" + bare.formatted("other") + "---\n" + own);
        assertThat(check("-f", file).out()).contains("config-outside-mesh");
        assertThat(check("-f", file, "--usergroup", "usergroup-1").lines())
                .containsExactly("3 objects read, 3 looked at: 0 denied, 0 warned, 0 audited");
        assertThat(check("-f", file, "--usergroup", "usergroup-1", "--namespaces", bareNamespace("other"))
                        .out())
                .as("in the cluster it is no member")
                .contains("foreign-host");
        Files.writeString(
                file,
                own + "---\n" + bare.formatted("other, labels: {usergroup: usergroup-2, istio.io/rev: usergroup-2}"));
        assertThat(check("-f", file, "--usergroup", "usergroup-1").out()).contains("foreign-host");
    }

    private Path bareNamespace(String name) throws IOException {
        return Files.writeString(
                directory.resolve("cluster.yaml"), "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n");
    }

    @Test
    void templatesOfOneChartAreToldOnceWithTheirPlaces() throws Exception {
        Path chart = Files.createDirectories(manifests.resolve("shop/templates"));
        Files.writeString(manifests.resolve("shop/Chart.yaml"), "name: shop\n");
        for (int i = 0; i < 7; i++) {
            Files.writeString(chart.resolve(i + ".yaml"), "{{ include \"shop\" . }}\n");
        }
        Invocation table = check("-f", manifests);
        assertThat(table.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(table.lines().getFirst()).isEqualTo("error, and 6 more with the same problem");
        assertThat(table.out())
                .contains(chart.resolve("4.yaml") + ":1\n      (2 more places; -v names them)")
                .doesNotContain(chart.resolve("5.yaml").toString())
                .contains("7 errors");
        assertThat(check("-v", "-f", manifests).out()).contains(chart.resolve("6.yaml") + ":1\n");
    }
}
