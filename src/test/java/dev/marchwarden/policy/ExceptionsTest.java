package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.tenancy.TenancyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exceptions admit one rule's violations by one object, until a time, and are told in the warning and in the decision log. */
class ExceptionsTest {
    private static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            metadata: {name: test}
            spec:
              usergroups:
              - name: red
                owners: {groups: [team-red]}
              exceptions:
              - {usergroup: red, rule: mtls-downgrade, kind: PeerAuthentication, namespace: red-app, name: webhook,
                 field: "spec.portLevelMtls[8443].mode", until: "2027-01-31T00:00:00Z", reason: the API server has no certificate of the mesh,
                 ticket: MESH-12}
            """;

    private static final Instant UNTIL = Instant.parse("2027-01-31T00:00:00Z");

    @TempDir
    private Path directory;

    private Outcome decide(String object, Instant now) throws Exception {
        Policy policy = new Policy(
                TenancyFile.read(Files.writeString(directory.resolve("tenancy.yaml"), TENANCY)),
                entry -> entry.holdsAt(now));
        Namespaces namespaces = new NamespaceTable.Cluster(
                Map.of(
                        "red-app",
                        new NamespaceState("red-app", Map.of("usergroup", "red", "istio.io/rev", "red"), false),
                        "red-other",
                        new NamespaceState("red-other", Map.of("usergroup", "red", "istio.io/rev", "red"), false)),
                "usergroup");
        return ObjectReview.decide(
                ObjectReview.of(null, WorkloadReview.yaml(object), new User("alice", List.of("team-red")))
                        .bytes(),
                policy,
                namespaces,
                Rights.TENANCY_ONLY);
    }

    private static String policy(String namespace, String name, int port) {
        return "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: " + name + ", namespace: "
                + namespace + "}, spec: {selector: {matchLabels: {app: webhook}}, portLevelMtls: {" + port
                + ": {mode: PERMISSIVE}}}}";
    }

    @Test
    void admitsUntilItEnds() throws Exception {
        Outcome before = decide(policy("red-app", "webhook", 8443), UNTIL.minusMillis(1));
        assertThat(before.verdict()).isEqualTo(Verdict.WARNED);
        assertThat(before.findings().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.violation().message())
                        .endsWith("; admitted by an exception of the tenancy until 2027-01-31T00:00:00Z"));
        JsonNode line = new ObjectMapper().readTree(DecisionLine.of(before, UNTIL, 1));
        assertThat(line.path("exceptions")).isEqualTo(new ObjectMapper().readTree("""
                [{"rule": "mtls-downgrade", "field": "spec.portLevelMtls[8443].mode", "until": "2027-01-31T00:00:00Z",
                "reason": "the API server has no certificate of the mesh", "ticket": "MESH-12"}]"""));
        Outcome after = decide(policy("red-app", "webhook", 8443), UNTIL);
        assertThat(after.verdict()).isEqualTo(Verdict.DENIED);
        assertThat(after.findings().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.violation().message())
                        .endsWith("; the tenancy's exception for this ended at 2027-01-31T00:00:00Z"));
        assertThat(new ObjectMapper().readTree(DecisionLine.of(after, UNTIL, 1)).has("exceptions"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"red-app, other, 8443", "red-other, webhook, 8443", "red-app, webhook, 9443"})
    void isForOneObjectAndField(String namespace, String name, int port) throws Exception {
        assertThat(decide(policy(namespace, name, port), UNTIL.minusSeconds(1)).verdict())
                .isEqualTo(Verdict.DENIED);
    }

    @Test
    void doesNotCoverAnotherRule() throws Exception {
        String foreign = policy("red-app", "webhook", 8443)
                .replace("name: webhook,", "name: webhook, labels: {istio.io/rev: elsewhere},");
        Outcome outcome = decide(foreign, UNTIL.minusSeconds(1));
        assertThat(outcome.verdict()).isEqualTo(Verdict.DENIED);
        assertThat(outcome.findings().findings().stream().filter(RuleFinding::denies))
                .allSatisfy(finding -> assertThat(finding.exception()).isNull());
    }
}
