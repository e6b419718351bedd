package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each object that is rendered is one of Kubernetes' own, with no field that its kind does not have, and names what an object must. */
class WellFormedTest {
    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("v1 ConfigMap", ConfigMap.class),
            Map.entry("v1 Pod", Pod.class),
            Map.entry("v1 ResourceQuota", ResourceQuota.class),
            Map.entry("v1 Secret", Secret.class),
            Map.entry("v1 Service", Service.class),
            Map.entry("v1 ServiceAccount", ServiceAccount.class),
            Map.entry(
                    "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration", MutatingWebhookConfiguration.class),
            Map.entry(
                    "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration",
                    ValidatingWebhookConfiguration.class),
            Map.entry("apps/v1 Deployment", Deployment.class),
            Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("batch/v1 Job", Job.class),
            Map.entry("coordination.k8s.io/v1 Lease", Lease.class),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("rbac.authorization.k8s.io/v1 ClusterRole", ClusterRole.class),
            Map.entry("rbac.authorization.k8s.io/v1 ClusterRoleBinding", ClusterRoleBinding.class),
            Map.entry("rbac.authorization.k8s.io/v1 Role", Role.class),
            Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class));

    /** Kinds of others, whose shape MonitoringTest and CertificatesTest look at. */
    private static final Set<String> OF_OTHERS = Set.of(
            "cert-manager.io/v1 Certificate",
            "cert-manager.io/v1 Issuer",
            "monitoring.coreos.com/v1 PodMonitor",
            "monitoring.coreos.com/v1 PrometheusRule",
            "monitoring.coreos.com/v1 ServiceMonitor");

    private static final Set<String> CLUSTER_SCOPED = Set.of(
            "ClusterRole", "ClusterRoleBinding", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");

    /** The models keep fields that they do not know; without that, such a field is an error. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    static List<String> cases() {
        return Chart.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hasNoFieldThatItsKindDoesNotHave(String name) {
        assertThat(Rendered.ofCase(name).objects()).allSatisfy(object -> {
            if (!OF_OTHERS.contains(kind(object))) {
                decode(object);
            }
        });
    }

    @Test
    void aFieldThatItsKindDoesNotHaveIsFound() {
        for (String path : List.of("", "/spec", "/spec/template/spec", "/spec/template/spec/containers/0")) {
            JsonNode deployment = Rendered.ofGuide().one("Deployment").deepCopy();
            ((ObjectNode) deployment.at(path)).put("replica", 3);
            assertThatThrownBy(() -> decode(deployment)).hasMessageContaining("replica");
        }
    }

    private static boolean isTheUsers(JsonNode object) {
        return object.at("/metadata/name").asText().equals("log-shipper");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bearsNameLabelsAndNamespace(String name) {
        assertThat(Rendered.ofCase(name).objects())
                .filteredOn(object -> !isTheUsers(object))
                .allSatisfy(object -> {
                    JsonNode metadata = object.path("metadata");
                    assertThat(metadata.path("name").asText()).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
                    assertThat(metadata.path("labels").propertyStream().map(Map.Entry::getKey))
                            .contains(
                                    "helm.sh/chart",
                                    "app.kubernetes.io/name",
                                    "app.kubernetes.io/instance",
                                    "app.kubernetes.io/version",
                                    "app.kubernetes.io/managed-by");
                    boolean clusterScoped =
                            CLUSTER_SCOPED.contains(object.path("kind").asText());
                    assertThat(metadata.path("namespace").asText()).isEqualTo(clusterScoped ? "" : Chart.NAMESPACE);
                    for (String texts : List.of("labels", "annotations")) {
                        assertThat(metadata.path(texts).propertyStream().map(Map.Entry::getValue))
                                .allSatisfy(
                                        value -> assertThat(value.isTextual()).isTrue());
                    }
                });
    }

    private static String kind(JsonNode object) {
        return object.path("apiVersion").asText() + " " + object.path("kind").asText();
    }

    private static void decode(JsonNode object) {
        Class<?> type = KINDS.get(kind(object));
        assertThat(type).as("a kind that is known: " + kind(object)).isNotNull();
        try {
            STRICT.treeToValue(object, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(Rendered.title(object) + ": " + e.getOriginalMessage(), e);
        }
    }
}
