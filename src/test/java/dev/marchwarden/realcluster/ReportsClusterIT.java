package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The chart with {@code audit.enabled}, over a cluster that was filled before: reports against the CustomResourceDefinitions of OpenReports, which {@code
 * OPENREPORTS_CRDS} names a directory of.
 */
class ReportsClusterIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REPORT = "marchwarden-audit";
    private static final String ROUTE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: %s, namespace: shop}
            spec: {hosts: [%s], http: [{route: [{destination: {host: api}}]}]}
            """;

    private TestCluster cluster;
    private Release release;
    private @Nullable WebhookProcess replica;

    @BeforeEach
    void install() throws Exception {
        String definitions = System.getenv("OPENREPORTS_CRDS");
        TestCluster.require(
                definitions != null,
                "set OPENREPORTS_CRDS to a directory with the CustomResourceDefinitions of OpenReports (config/crd of its sources)");
        cluster = TestCluster.openOwn("reports");
        TestCluster.require(
                cluster.hasControllers(),
                "reports are deleted by kube-controller-manager; put it into the directory that KUBEBUILDER_ASSETS names");
        Kubectl admin = cluster.admin();
        admin.must("create", "-f", definitions);
        for (String kind : List.of("reports", "clusterreports")) {
            admin.must("wait", "--for=condition=Established", "--timeout=60s", "crd/" + kind + ".openreports.io");
        }
        member("shop", "usergroup-1");
        member("pay", "usergroup-2");
        admin.must("create", "namespace", "nobodys");
        admin.mustReading(ROUTE.formatted("stray", "api.pay.svc.cluster.local"), "create", "-f", "-");
        admin.mustReading(ROUTE.formatted("own", "api.shop.svc.cluster.local"), "create", "-f", "-");
        release = new Release(cluster);
        release.helm("install", "--create-namespace", "--set=audit.enabled=true");
    }

    private void member(String namespace, String usergroup) throws Exception {
        cluster.admin().must("create", "namespace", namespace);
        cluster.admin().must("label", "namespace", namespace, "usergroup=" + usergroup, "istio.io/rev=" + usergroup);
    }

    @AfterEach
    void close() throws Exception {
        if (replica != null) {
            replica.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private String reports() throws Exception {
        return cluster.admin().must("get", "reports", "--all-namespaces", "-o", "name");
    }

    @Test
    void whatWasThereIsReportedAndTheReportsGoWithTheRelease() throws Exception {
        Kubectl admin = cluster.admin();
        int port = LoopbackPorts.free();
        release.pointAt(port);
        WebhookProcess serving = release.replica("replica-1", port);
        replica = serving;
        serving.await(
                "audited", SOON, () -> admin.run("get", "clusterreport", REPORT).succeeded());
        System.out.print(admin.must("get", "reports", "-A"));
        System.out.print(admin.must("get", "clusterreports"));
        assertThat(reports().lines()).hasSize(1);
        JsonNode shop = JSON.readTree(admin.must("get", "report", REPORT, "--namespace=shop", "-o", "json"));
        assertThat(shop.path("results")).singleElement().satisfies(result -> {
            assertThat(result.path("policy").asText()).isEqualTo("host-claim");
            assertThat(result.path("result").asText()).isEqualTo("fail");
            assertThat(result.at("/resources/0/name").asText()).isEqualTo("stray");
        });
        JsonNode whole = JSON.readTree(admin.must("get", "clusterreport", REPORT, "-o", "json"));
        System.out.println(whole.at("/results/0/message").asText());
        assertThat(whole.at("/summary/error").asInt()).as(whole.toString()).isZero();
        assertThat(serving.metric("marchwarden_audit_violations")).isEqualTo(1);
        assertThat(serving.metric("marchwarden_audit_incomplete")).isZero();

        // What ended is gone from the next audit, which a change of the tenancy calls for.
        admin.must("delete", "virtualservice", "stray", "--namespace=shop");
        Path tenancy = cluster.directory().resolve("tenancy.yaml");
        Files.writeString(tenancy, Files.readString(tenancy) + "# changed\n");
        serving.await("the report is gone", SOON, () -> reports().isEmpty());
        assertThat(serving.metric("marchwarden_audit_violations")).isZero();

        admin.mustReading(
                "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {ports: [{port: 80}]}\n",
                "create",
                "-f",
                "-");
        release.helm("uninstall");
        serving.await(
                "all reports go with the release",
                SOON,
                () -> admin.must("get", "clusterreports", "-o", "name").isEmpty());
    }
}
