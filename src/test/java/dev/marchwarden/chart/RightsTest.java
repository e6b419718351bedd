package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.twin.CelTwin;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pods may do to the cluster, and who may do what to the pods. */
class RightsTest {
    private static final List<String> ASKING =
            List.of("cluster namespaces get,list,watch", "cluster subjectaccessreviews.authorization.k8s.io create");
    private static final String PUBLISHING = "cluster validatingwebhookconfigurations,mutatingwebhookconfigurations"
            + ".admissionregistration.k8s.io get,list,watch,update,patch of marchwarden";
    private static final String LEADING =
            "namespace leases.coordination.k8s.io get,list,watch,update,patch of marchwarden";

    static List<String> cases() {
        return Chart.cases();
    }

    /** A right a line, of all roles that are no hooks. */
    private static List<String> rights(Rendered rendered) {
        List<String> rights = new ArrayList<>();
        for (String kind : List.of("ClusterRole", "Role")) {
            for (JsonNode role : rendered.all(kind)) {
                if (!Rendered.isHook(role)) {
                    role.path("rules")
                            .forEach(rule ->
                                    rights.add((kind.equals("Role") ? "namespace " : "cluster ") + right(rule)));
                }
            }
        }
        return rights;
    }

    private static String right(JsonNode rule) {
        String group = String.join(",", Rendered.texts(rule.path("apiGroups")));
        return String.join(",", Rendered.texts(rule.path("resources")))
                + (group.isEmpty() ? "" : "." + group)
                + " "
                + String.join(",", Rendered.texts(rule.path("verbs")))
                + (rule.has("resourceNames")
                        ? " of " + String.join(",", Rendered.texts(rule.path("resourceNames")))
                        : "");
    }

    @Test
    void managedItWritesItsOwnCertificateAndItsAuthority() {
        assertThat(rights(Rendered.ofGuide()))
                .containsExactlyInAnyOrder(
                        ASKING.get(0),
                        ASKING.get(1),
                        PUBLISHING,
                        LEADING,
                        "namespace secrets get,list,watch,update,patch of marchwarden-tls");
    }

    @Test
    void withASecretOfOthersItReadsThatOne() {
        assertThat(rights(Rendered.of("--set", "certificates.mode=existingSecret,certificates.existingSecret=tls")))
                .containsExactlyInAnyOrder(
                        ASKING.get(0), ASKING.get(1), PUBLISHING, LEADING, "namespace secrets get,list,watch of tls");
    }

    @Test
    void withCertManagerItWritesNoSecret() {
        assertThat(rights(Rendered.ofCase("cert-manager")))
                .containsExactlyInAnyOrder(
                        ASKING.get(0),
                        ASKING.get(1),
                        PUBLISHING,
                        LEADING,
                        "namespace secrets get,list,watch of marchwarden-tls");
    }

    /** The policies that a tenancy can lead to, and the role that they belong to. */
    @Test
    void withATwinItWritesThePoliciesOfThatOne() {
        List<String> twin = rights(Rendered.of("--set", "twin.mode=fallback"));
        assertThat(twin).containsAll(rights(Rendered.ofGuide()));
        twin.removeAll(rights(Rendered.ofGuide()));
        assertThat(twin)
                .containsExactlyInAnyOrder(
                        "cluster validatingadmissionpolicies,validatingadmissionpolicybindings"
                                + ".admissionregistration.k8s.io get,create,patch,delete of "
                                + CelTwin.possibleObjects().stream()
                                        .map(CelTwin.PolicyName::name)
                                        .distinct()
                                        .collect(Collectors.joining(",")),
                        "cluster clusterroles.rbac.authorization.k8s.io get of marchwarden-twin");
        assertThat(rights(Rendered.of("--set", "twin.mode=belt,usergroups=null")))
                .as("nothing is judged")
                .noneMatch(right -> right.contains("twin"));
    }

    /** Lists, and the reports of one name; LiveAuditTest shows that this is enough. */
    @Test
    void toAuditItListsWhatIsJudgedAndWritesReportsOfOneName() {
        String groups = ReachTable.shipped().kinds().stream()
                .filter(KindTable::complete)
                .map(KindTable::group)
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
        List<String> listing = List.of(
                "cluster services,configmaps,pods,replicationcontrollers list",
                "cluster deployments,statefulsets,daemonsets,replicasets.apps list",
                "cluster cronjobs,jobs.batch list",
                "cluster ingresses.networking.k8s.io list",
                "cluster *." + groups + " list");
        assertThat(audit("true", "openreports"))
                .containsAll(listing)
                .filteredOn(right -> !listing.contains(right))
                .containsExactly(
                        "cluster reports,clusterreports.openreports.io get,list,create,patch,delete of marchwarden-audit",
                        "cluster clusterroles.rbac.authorization.k8s.io get of marchwarden-audit");
        assertThat(audit("true", "policyreports"))
                .contains("cluster policyreports,clusterpolicyreports.wgpolicyk8s.io get,list,create,patch,delete of"
                        + " marchwarden-audit");
        assertThat(audit("true", "none")).containsExactlyElementsOf(listing);
        assertThat(audit("false", "openreports")).isEmpty();
        assertThat(rights(Rendered.of("--set", "audit.enabled=true,usergroups=null")))
                .as("nothing is judged")
                .noneMatch(right -> right.contains("audit"));
    }

    private static List<String> audit(String enabled, String reports) {
        List<String> rights = rights(Rendered.of("--set", "audit.enabled=" + enabled + ",audit.reports=" + reports));
        rights.removeAll(rights(Rendered.ofGuide()));
        return rights;
    }

    @ParameterizedTest
    @CsvSource({"webhook.url=https://localhost,with webhook.url", "rbac.create=false,with rbac.create=false"})
    void anAuditThatNobodyCouldMakeIsAnError(String values, String error) {
        assertThat(Chart.template(KubernetesTool.HELM, "--set", "audit.enabled=true", "--set", values)
                        .err())
                .contains("audit.enabled is true (expected: false " + error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "webhook.url=https://localhost|twin.mode is belt (expected: off with webhook.url",
                "rbac.create=false|twin.mode is belt (expected: off with rbac.create=false",
                "twin.mode=fallback,webhook.failurePolicy=Ignore|twin.mode is fallback (expected: belt, because",
                "twin.mode=fallback,tenancy.existingConfigMap=mine|twin.mode is fallback (expected: belt with"
            })
    void aTwinThatCouldNotBeKeptIsAnError(String values, String error) {
        assertThat(Chart.template(KubernetesTool.HELM, "--set", "twin.mode=belt", "--set", values)
                        .err())
                .contains(error);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noRightIsForEverything(String name) {
        Rendered rendered = Rendered.ofCase(name);
        for (String kind : List.of("ClusterRole", "Role")) {
            assertThat(rendered.all(kind)).allSatisfy(role -> {
                String rules = role.path("rules").toString();
                assertThat(rules).doesNotContain("escalate", "\"bind\"", "impersonate");
                if (!isOfBootstrap(role)) {
                    assertThat(role.path("rules"))
                            .filteredOn(rule -> rule.toString().contains("*"))
                            .as("only kinds of groups that are judged wholly, to audit them")
                            .allSatisfy(rule -> {
                                assertThat(Rendered.texts(rule.path("verbs"))).containsExactly("list");
                                assertThat(rule.path("apiGroups").toString()).doesNotContain("*");
                                assertThat(role.at("/metadata/name").asText()).endsWith("-audit");
                            });
                }
                assertThat(role.has("aggregationRule")).isFalse();
            });
        }
    }

    /** It gives istiod what istiod has, and so has it; whether that is all is for ChartBootstrapTest. */
    private static boolean isOfBootstrap(JsonNode object) {
        return object.at("/metadata/name").asText().endsWith("-bootstrap");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyBindingIsOfARoleHereToAnAccountThatRuns(String name) {
        Rendered rendered = Rendered.ofCase(name);
        for (String kind : List.of("ClusterRole", "Role")) {
            assertThat(rendered.all(kind + "Binding")).allSatisfy(binding -> {
                assertThat(binding.at("/roleRef/kind").asText()).isEqualTo(kind);
                rendered.one(kind, binding.at("/roleRef/name").asText());
                assertThat(binding.path("subjects")).singleElement().satisfies(subject -> {
                    assertThat(subject.path("namespace").asText()).isEqualTo(Chart.NAMESPACE);
                    assertThat(subject.path("name").asText()).isEqualTo(account(rendered, binding));
                });
            });
        }
    }

    private static String account(Rendered rendered, JsonNode binding) {
        JsonNode pod = isOfBootstrap(binding)
                ? rendered.all("Job").getFirst().at("/spec/template/spec")
                : Rendered.isHook(binding)
                        ? rendered.all("Pod").getFirst().path("spec")
                        : rendered.one("Deployment").at("/spec/template/spec");
        return pod.path("serviceAccountName").asText();
    }

    /** Its own account, which may look at the two webhook configurations while the test runs. */
    @Test
    void theTestMayLookAtWhatItTests() {
        Rendered rendered = Rendered.ofGuide();
        List<JsonNode> hooks =
                rendered.objects().stream().filter(Rendered::isHook).toList();
        assertThat(hooks)
                .extracting(object -> object.path("kind").asText())
                .containsExactlyInAnyOrder("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Pod");
        assertThat(rendered.one("ClusterRole", "marchwarden-selftest").path("rules"))
                .singleElement()
                .satisfies(rule -> assertThat(right(rule))
                        .isEqualTo("validatingwebhookconfigurations,mutatingwebhookconfigurations"
                                + ".admissionregistration.k8s.io get of marchwarden"));
        assertThat(Rendered.texts(rendered.all("Pod").getFirst().at("/spec/containers/0/args")))
                .containsExactly("selftest", "--service=marchwarden-system/marchwarden", "--webhooks=marchwarden");
    }

    @Test
    void rightsOfOthersMakingAreLeftToThem() {
        Rendered rendered = Rendered.ofCase("existing-secret");
        assertThat(rights(rendered)).isEmpty();
        assertThat(rendered.all("ServiceAccount")).allMatch(Rendered::isHook);
        assertThat(rendered.one("Deployment")
                        .at("/spec/template/spec/serviceAccountName")
                        .asText())
                .isEqualTo("webhooks");
    }

    @Test
    void whoMayTalkToIt() {
        JsonNode open = Rendered.ofGuide().one("NetworkPolicy").path("spec");
        assertThat(Rendered.texts(open.path("policyTypes"))).containsExactly("Ingress", "Egress");
        assertThat(open.path("ingress")).singleElement().satisfies(rule -> {
            assertThat(ports(rule)).containsExactly("TCP 8443");
            assertThat(rule.has("from")).isFalse();
        });
        assertThat(open.path("egress")).hasSize(2);
        assertThat(ports(open.at("/egress/1"))).containsExactly("UDP 53", "TCP 53", "UDP 5353", "TCP 5353");

        JsonNode narrow = Rendered.ofCase("everything").one("NetworkPolicy").path("spec");
        assertThat(narrow.path("ingress")).hasSize(2);
        assertThat(ports(narrow.at("/ingress/0"))).containsExactly("TCP 9443");
        assertThat(narrow.at("/ingress/0/from")).hasSize(2);
        assertThat(narrow.at("/ingress/0/from/0/ipBlock/cidr").asText()).isEqualTo("10.0.0.0/28");
        JsonNode test = Rendered.ofCase("everything").all("Pod").getFirst().at("/metadata/labels");
        ObjectMatch.assertSubset(narrow.at("/ingress/0/from/1/podSelector/matchLabels"), test);
        assertThat(ports(narrow.at("/ingress/1"))).containsExactly("TCP 9080");
        assertThat(narrow.at("/ingress/1/from/0/namespaceSelector").isMissingNode())
                .isFalse();
        assertThat(ports(narrow.at("/egress/0"))).containsExactly("TCP 6443");
        assertThat(Rendered.ofCase("minimal").all("NetworkPolicy")).isEmpty();
    }

    private static List<String> ports(JsonNode rule) {
        return rule.path("ports")
                .valueStream()
                .map(port ->
                        port.path("protocol").asText() + " " + port.path("port").asText())
                .toList();
    }
}
