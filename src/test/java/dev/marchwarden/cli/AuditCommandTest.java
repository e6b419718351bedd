package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.marchwarden.tools.JunitSchema;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit} of files. */
class AuditCommandTest {
    private static final Path EXAMPLE = Path.of("test-fixtures/map");
    private static final Path CLUSTER = EXAMPLE.resolve("cluster.yaml");
    private static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            metadata: {name: shops}
            spec:
              usergroups: [{name: blue}, {name: green}]
              enforcement: ENFORCEMENT
            """;
    private static final String NAMESPACES = """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {usergroup: blue, istio.io/rev: blue}}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: pay, labels: {usergroup: green, istio.io/rev: green}}}
            ---
            """;
    private static final String ABROAD = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: %s
              namespace: shop
              managedFields: [{manager: argocd-controller, operation: Apply, fieldsV1: {"f:spec": {}}}]
            spec: {hosts: [own], http: [{route: [{destination: {host: api.pay.svc.cluster.local}}]}]}
            ---
            """;
    private static final String RAW = """
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: {name: raw, namespace: shop}
            spec: {configPatches: [{applyTo: CLUSTER, patch: {operation: REMOVE}}]}
            ---
            """;

    @TempDir
    private Path directory;

    private static Invocation example(Object... more) {
        return audit(EXAMPLE.resolve("tenancy.yaml"), CLUSTER, more);
    }

    private static Invocation audit(Path tenancy, Path files, Object... more) {
        Object[] all = new Object[4 + more.length];
        System.arraycopy(new Object[] {"audit", "--config", tenancy, files}, 0, all, 0, 4);
        System.arraycopy(more, 0, all, 4, more.length);
        return Invocation.of(all);
    }

    private Invocation audit(String enforcement, String objects, Object... more) throws Exception {
        return audit(
                Files.writeString(directory.resolve("tenancy.yaml"), TENANCY.replace("ENFORCEMENT", enforcement)),
                Files.writeString(directory.resolve("objects.yaml"), NAMESPACES + objects),
                more);
    }

    @Test
    void saysWhatIsFoundWhoWroteItAndWhatIsLeft() throws Exception {
        Invocation audit = audit("{default: warn}", ABROAD.formatted("abroad") + RAW);
        assertThat(audit.exitCode()).as(audit.err()).isEqualTo(ExitCode.OK);
        assertThat(audit.lines())
                .contains(
                        "warn  foreign-host  VirtualService shop/abroad",
                        "      Denied once the default is deny",
                        "      Written by: argocd-controller",
                        "USERGROUP  DEFAULT  LEFT  NEED A RIGHT  NEXT",
                        "blue       warn     1     1             fix what is left first",
                        "blue        raw-proxy-config  warn  needs a right  1",
                        "Judged for an owner of every usergroup who is no mesh admin.")
                .noneMatch(line -> line.contains("EnvoyFilter"));
        assertThat(audit("{default: warn}", RAW, "-v").out())
                .contains("EnvoyFilter shop/raw", "Permitted by the right: administer blue");
    }

    @Test
    void nothingLeftMeansThatDenyIsNoSurprise() throws Exception {
        assertThat(audit("{default: warn}", "").lines())
                .contains(
                        "blue       warn     0     0             nothing left: switch to deny",
                        "green      warn     0     0             nothing left: switch to deny");
        assertThat(audit("{default: warn}", RAW).out()).contains("nothing left but what needs a right: switch to deny");
        assertThat(audit("{default: deny}", "").out()).contains("denies").doesNotContain("switch to deny");
    }

    @Test
    void failsOnWhatItIsToldTo() throws Exception {
        String abroad = ABROAD.formatted("abroad");
        assertThat(audit("{default: deny}", abroad).exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(audit("{default: warn}", abroad, "--fail-on", "warn").exitCode())
                .isEqualTo(ExitCode.FOUND);
        assertThat(audit("{default: audit}", abroad, "--fail-on", "warn").exitCode())
                .isEqualTo(ExitCode.OK);
        assertThat(audit("{default: deny}", RAW).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(audit("{default: deny}", RAW, "--fail-on-rights").exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(audit("{default: deny}", RAW, "--as", "root", "--as-group", "system:masters")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void whatCannotBeReadIsNotFine() throws Exception {
        Invocation audit = audit("{default: warn}", "kind: [\n");
        assertThat(audit.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(audit.out())
                .contains("error", "objects.yaml:", "not known: not everything was read", "1 not read or judged")
                .doesNotContain("switch to deny");
    }

    @Test
    void jsonCountsAllAndNamesThoseThatAreKept() throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 250; i++) {
            many.append(ABROAD.formatted("abroad-" + i));
        }
        JsonNode report = new ObjectMapper()
                .readTree(
                        audit("{default: warn}", many.toString(), "-o", "json").out());
        assertThat(report.path("complete").asBoolean()).isTrue();
        assertThat(report.path("total").asInt()).isEqualTo(250);
        assertThat(report.path("findings")).hasSize(200);
        assertThat(report.path("unlisted").asInt()).isEqualTo(50);
        assertThat(report.at("/counts/0").toString())
                .isEqualTo("{\"usergroup\":\"blue\",\"rule\":\"foreign-host\",\"enforcement\":\"warn\",\"denied\":true,"
                        + "\"needsRight\":false,\"count\":250}");
        assertThat(report.at("/usergroups/0/readiness").asText()).isEqualTo("violations-left");
        assertThat(report.at("/findings/0/writer").asText()).isEqualTo("argocd-controller");
        assertThat(report.at("/findings/0/path").asText()).isEqualTo("spec.http[0].route[0].destination.host");
    }

    @Test
    void sarifAndJunitAreAsTheirSchemasHaveThem() throws Exception {
        String sarif = example("-o", "sarif").out();
        try (InputStream schema = AuditCommandTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
            JsonNode report = new ObjectMapper().readTree(sarif);
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                            .getSchema(schema)
                            .validate(report))
                    .isEmpty();
            assertThat(report.at("/runs/0/results")).hasSize(5);
            assertThat(report.at("/runs/0/results")
                            .valueStream()
                            .map(each -> each.path("level").asText()))
                    .contains("error", "warning", "note");
        }
        String junit = example("-o", "junit").out();
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(JunitSchema.path().toFile())
                .newValidator()
                .validate(new StreamSource(new StringReader(junit)));
        assertThat(junit).contains("name=\"marchwarden audit\"").containsOnlyOnce("type=\"foreign-host\"");
    }

    @Test
    void thePageShowsTheSameAndHoldsHostileTexts() throws Exception {
        MapDocument page = MapDocument.parse(example("-o", "html").out());
        assertThat(page.rows("//section[@id='usergroups']/table"))
                .contains(List.of("logistics", "warn", "3", "0", "fix what is left first"));
        assertThat(page.texts("//section[@id='crossings']//li/strong"))
                .containsExactlyInAnyOrder(
                        "VirtualService catalog/catalog",
                        "VirtualService checkout/orders-canary",
                        "Namespace returns",
                        "PeerAuthentication warehouse/scanners");
        assertThat(page.texts("//section[@id='rights']//li/strong")).containsExactly("EnvoyFilter cart/idle-timeout");
        assertThat(page.find("//meta[@http-equiv='Content-Security-Policy']"))
                .singleElement()
                .extracting(meta -> meta.getAttribute("content"))
                .asString()
                .startsWith("default-src 'none'; script-src 'sha256-");
        String evil = "</script><script>alert(1)</script>";
        Invocation hostile = audit("{default: deny}", ABROAD.formatted("'" + evil + "'"), "-o", "html");
        assertThat(hostile.out()).doesNotContain("<script>alert");
        assertThat(MapDocument.parse(hostile.out()).texts("//section[@id='crossings']//li/strong"))
                .containsExactly("VirtualService shop/" + evil);
    }

    @Test
    void wrongInputIsOneLine() throws Exception {
        Path kubeconfig = directory.resolve("none");
        assertThat(audit("{default: deny}", "", "--kubeconfig", kubeconfig).errors())
                .singleElement()
                .asString()
                .startsWith("marchwarden: files and a cluster (expected: one of them; ");
        assertThat(audit("{default: deny}", "", "--fail-on", "audit").err()).contains("audit", "deny, warn");
        Path empty = Files.writeString(directory.resolve("values.yaml"), "a: b\n");
        Invocation nothing = audit(directory.resolve("tenancy.yaml"), empty);
        assertThat(nothing.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(nothing.errors()).singleElement().asString().contains("no Kubernetes object in ");
    }
}
