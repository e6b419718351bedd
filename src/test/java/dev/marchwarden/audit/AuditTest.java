package dev.marchwarden.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.audit.UsergroupAudit.Readiness;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.InvalidTenancyException;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Manifest> namespaces = List.of(
            namespace("usergroup-1", "\"usergroup\": \"usergroup-1\""),
            namespace("usergroup-2", "\"usergroup\": \"usergroup-2\""),
            namespace("one", "\"usergroup\": \"usergroup-1\", \"istio.io/rev\": \"usergroup-1\""),
            namespace("two", "\"usergroup\": \"usergroup-2\", \"istio.io/rev\": \"usergroup-2\""),
            namespace("half", "\"usergroup\": \"usergroup-1\""));

    private static Manifest object(String json) {
        try {
            return new Manifest("cluster", 1, JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static Manifest namespace(String name, String labels) {
        return object("""
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s", "labels": {%s}}}
                """.formatted(name, labels));
    }

    private static Manifest route(String name, String namespace, String host) {
        return object("""
                {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
                 "metadata": {"name": "%s", "namespace": "%s", "uid": "u-%s", "managedFields": [
                   {"manager": "helm", "operation": "Apply", "fieldsV1": {"f:spec": {}}},
                   {"manager": "scaler", "operation": "Update", "subresource": "status", "fieldsV1": {"f:spec": {}}},
                   {"manager": "Go-http-client", "operation": "Update", "fieldsV1": {"f:spec": {}}}]},
                 "spec": {"hosts": ["web"], "http": [{"route": [{"destination": {"host": "%s"}}]}]}}
                """.formatted(name, namespace, name, host));
    }

    private Audit audit(String enforcement, AuditLimits limits) throws InvalidTenancyException {
        Tenancy tenancy =
                TenancyFile.parse("tenancy.yaml", """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                metadata: {name: default}
                spec:
                  usergroups: [{name: usergroup-1}, {name: usergroup-2}]
                  enforcement: %s
                """.formatted(enforcement).getBytes(UTF_8));
        NamespaceSnapshot known = NamespaceSnapshot.of(namespaces, tenancy.usergroupLabel());
        return new Audit(tenancy, known, strict -> ManifestCheck.asOwner(strict, known, "default", true), limits);
    }

    private static List<Readiness> readiness(AuditResult result) {
        return result.usergroups().stream().map(UsergroupAudit::readiness).toList();
    }

    @Test
    void saysWhatWouldBeDeniedWhereTheTenancyOnlyWarns() throws InvalidTenancyException {
        Audit audit = audit("{default: warn}", AuditLimits.DEFAULT);
        audit.add(route("crossing", "one", "web.two.svc.cluster.local"));
        audit.add(route("fine", "one", "web"));
        AuditResult result = audit.result();
        assertThat(result.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(RuleName.FOREIGN_HOST);
            assertThat(finding.enforcement()).isEqualTo(Enforcement.WARN);
            assertThat(finding.denied()).isTrue();
            assertThat(finding.object()).isEqualTo("VirtualService one/crossing");
            assertThat(finding.uid()).isEqualTo("u-crossing");
            assertThat(finding.usergroup()).isEqualTo("usergroup-1");
            assertThat(finding.writer()).isEqualTo("helm");
        });
        assertThat(result.objects()).isEqualTo(2);
        assertThat(readiness(result)).containsExactly(Readiness.VIOLATIONS_LEFT, Readiness.VIOLATIONS_LEFT);
    }

    /** A rule that is off finds nothing while the tenancy is as it is. */
    @Test
    void findsWhatOnlyAStricterTenancyLooksAt() throws InvalidTenancyException {
        Audit audit = audit("{default: 'off'}", AuditLimits.DEFAULT);
        audit.add(route("crossing", "one", "web.two.svc.cluster.local"));
        assertThat(audit.result().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.enforcement()).isEqualTo(Enforcement.OFF);
            assertThat(finding.denied()).isTrue();
        });
    }

    @Test
    void judgesNamespaces() throws InvalidTenancyException {
        Audit audit = audit("{usergroups: {usergroup-1: {default: warn}}}", AuditLimits.DEFAULT);
        namespaces.forEach(audit::add);
        AuditResult result = audit.result();
        assertThat(result.findings())
                .filteredOn(finding -> !finding.needsRight())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isEqualTo(RuleName.UNPAIRED_LABELS);
                    assertThat(finding.object()).isEqualTo("Namespace half");
                    assertThat(finding.namespace()).isEqualTo("half");
                });
        assertThat(readiness(result)).containsExactly(Readiness.VIOLATIONS_LEFT, Readiness.DENIES);
    }

    @Test
    void saysWhenNothingIsLeft() throws InvalidTenancyException {
        Audit audit = audit("{default: warn}", AuditLimits.DEFAULT);
        audit.add(route("fine", "one", "web"));
        assertThat(readiness(audit.result())).containsExactly(Readiness.READY, Readiness.READY);
    }

    @Test
    void neverCallsReadyWhatWasNotSeen() throws InvalidTenancyException {
        Audit audit = audit("{default: warn}", AuditLimits.DEFAULT);
        audit.add(route("fine", "one", "web"));
        audit.addUnread("cannot list sidecars: HTTP 403");
        AuditResult result = audit.result();
        assertThat(result.isComplete()).isFalse();
        assertThat(readiness(result)).containsExactly(Readiness.UNKNOWN, Readiness.UNKNOWN);
    }

    /** What a list had before it expired counts not at all, and not twice. */
    @Test
    void countsABatchOnceItIsAdded() throws InvalidTenancyException {
        Audit audit = audit("{}", AuditLimits.DEFAULT);
        audit.batch().add(route("crossing", "one", "web.two.svc.cluster.local"));
        assertThat(audit.result().total()).isZero();
        AuditBatch batch = audit.batch();
        batch.add(route("crossing", "one", "web.two.svc.cluster.local"));
        audit.add(batch);
        assertThat(audit.result().total()).isEqualTo(1);
    }

    @Test
    void countsAllAndKeepsSome() throws InvalidTenancyException {
        Audit audit = audit("{}", new AuditLimits(3, 5, 2));
        for (int i = 0; i < 10; i++) {
            audit.add(route("r" + i, "one", "web.two.svc.cluster.local"));
            audit.add(route("r" + i, "two", "web.one.svc.cluster.local"));
            audit.add(route("r" + i, "not-there", "web"));
        }
        AuditResult result = audit.result();
        assertThat(result.total()).isEqualTo(20);
        assertThat(result.findings()).hasSize(5);
        assertThat(result.unlisted()).isEqualTo(15);
        assertThat(result.namespaces().values())
                .filteredOn(namespace -> namespace.name().equals("one"))
                .singleElement()
                .satisfies(one -> assertThat(one.findings()).hasSize(3));
        assertThat(result.unjudged()).hasSize(2);
        assertThat(result.unjudgedTotal()).isEqualTo(10);
    }
}
