package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the pods run, come and go. */
class PodTest {
    static List<String> installed() {
        return Chart.judging().stream().filter(name -> !name.equals("url")).toList();
    }

    private static JsonNode pod(Rendered rendered) {
        return rendered.one("Deployment").at("/spec/template/spec");
    }

    /** Of the Deployment, and of the test. */
    private static Stream<JsonNode> pods(Rendered rendered) {
        return Stream.concat(
                Stream.of(pod(rendered)), rendered.all("Pod").stream().map(each -> each.path("spec")));
    }

    /** Pod Security, restricted; and a root that cannot be written to, which that does not ask for. */
    @ParameterizedTest
    @MethodSource("installed")
    void mayDoNothingThatItNeedNot(String name) {
        assertThat(pods(Rendered.ofCase(name))).hasSize(2).allSatisfy(pod -> {
            JsonNode context = pod.path("securityContext");
            assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(context.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(context.path("runAsUser").asInt(65_532)).isIn(65_532, 1_000_650_000);
            assertThat(context.has("runAsUser"))
                    .isEqualTo(!List.of("everything", "openshift").contains(name));
            for (String host : List.of("hostPID", "hostIPC", "initContainers", "ephemeralContainers")) {
                assertThat(pod.has(host)).as(host).isFalse();
            }
            assertThat(pod.path("containers")).isNotEmpty().allSatisfy(container -> {
                JsonNode own = container.path("securityContext");
                assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(own.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
                assertThat(own.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                assertThat(own.has("privileged")).isFalse();
                assertThat(container.at("/resources/requests/memory").asText()).isNotEmpty();
                assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
            });
        });
    }

    /** A limit would slow down every write of the cluster just when there are many. */
    @Test
    void isNotThrottled() {
        assertThat(Rendered.ofGuide().container().at("/resources/limits/cpu").isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("installed")
    void onlyWhoTalksToTheApiServerHasATokenAndAsksForItItself(String name) {
        Rendered rendered = Rendered.ofCase(name);
        assertThat(rendered.all("ServiceAccount"))
                .isNotEmpty()
                .allSatisfy(account -> assertThat(
                                account.path("automountServiceAccountToken").asBoolean(true))
                        .isFalse());
        assertThat(pods(rendered)).allSatisfy(pod -> {
            assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
            JsonNode access = volume(pod, "api-access");
            assertThat(access.at("/projected/sources/0/serviceAccountToken/expirationSeconds")
                            .asInt())
                    .isBetween(600, 3_607);
            assertThat(mount(pod, "api-access")).isEqualTo("/var/run/secrets/kubernetes.io/serviceaccount read-only");
        });
    }

    @ParameterizedTest
    @MethodSource("installed")
    void writesToATemporaryFolderOnly(String name) {
        assertThat(pods(Rendered.ofCase(name))).allSatisfy(pod -> {
            assertThat(volume(pod, "tmp").at("/emptyDir/sizeLimit").asText()).isEqualTo("64Mi");
            // in memory it would count as such, and some clusters mount that noexec
            assertThat(volume(pod, "tmp").at("/emptyDir/medium").isMissingNode())
                    .isTrue();
            assertThat(mount(pod, "tmp")).isEqualTo("/tmp");
            assertThat(pod.at("/containers/0/volumeMounts"))
                    .allSatisfy(mount -> assertThat(mount.has("subPath")).isFalse());
        });
    }

    private static JsonNode volume(JsonNode pod, String name) {
        return named(pod.path("volumes"), name);
    }

    private static String mount(JsonNode pod, String name) {
        JsonNode mount = named(pod.at("/containers/0/volumeMounts"), name);
        return mount.path("mountPath").asText() + (mount.path("readOnly").asBoolean() ? " read-only" : "");
    }

    private static JsonNode named(JsonNode list, String name) {
        return list.valueStream()
                .filter(each -> each.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Nothing of it restarts a pod but the label that the running program cannot change. */
    @Test
    void theTenancyIsReloadedAndNotRolledOut() {
        Rendered before = Rendered.ofCase("cert-manager");
        assertThat(volume(pod(before), "tenancy").at("/configMap/name").asText())
                .isEqualTo(before.one("ConfigMap").at("/metadata/name").asText());
        assertThat(mount(pod(before), "tenancy")).isEqualTo("/etc/marchwarden read-only");
        String values = Chart.values("cert-manager").toString();
        Rendered after = Rendered.of(
                "--values",
                values,
                "--set",
                "usergroups[0].name=green,enforcement.default=warn,exemptions.groups[0]=x");
        assertThat(after.one("ConfigMap")).isNotEqualTo(before.one("ConfigMap"));
        assertThat(after.one("Deployment")).isEqualTo(before.one("Deployment"));
        assertThat(Rendered.of("--values", values, "--set", "usergroupLabel=team")
                        .one("Deployment"))
                .isNotEqualTo(before.one("Deployment"));
    }

    @ParameterizedTest
    @MethodSource("installed")
    void theNewComesBeforeTheOldGoes(String name) {
        JsonNode deployment = Rendered.ofCase(name).one("Deployment").path("spec");
        assertThat(deployment.at("/strategy/rollingUpdate/maxSurge").asText()).isIn("1", "50%");
        assertThat(deployment.at("/strategy/rollingUpdate/maxUnavailable").asInt(1))
                .isZero();
        assertThat(deployment.path("minReadySeconds").asInt()).isPositive();
        JsonNode pod = pod(Rendered.ofCase(name));
        int drain = argument(pod, "--drain-seconds");
        int finish = argument(pod, "--finish-seconds");
        int sleep = pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asInt(0);
        assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThan(sleep + drain + finish);
        assertThat(sleep).isEqualTo(name.equals("everything") ? 5 : 0);
    }

    private static int argument(JsonNode pod, String name) {
        return Rendered.texts(pod.at("/containers/0/args")).stream()
                .filter(argument -> argument.startsWith(name + "="))
                .mapToInt(argument -> Integer.parseInt(argument.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void twoReplicasApartAndOneOfThemAlways() {
        Rendered rendered = Rendered.ofGuide();
        assertThat(rendered.one("Deployment").at("/spec/replicas").asInt()).isEqualTo(2);
        JsonNode spread = pod(rendered).path("topologySpreadConstraints");
        assertThat(spread)
                .extracting(each -> each.path("topologyKey").asText())
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
        assertThat(spread).allSatisfy(each -> {
            assertThat(each.path("whenUnsatisfiable").asText()).isEqualTo("ScheduleAnyway");
            assertSelects(each.path("labelSelector"), rendered);
        });
        JsonNode budget = rendered.one("PodDisruptionBudget").path("spec");
        assertThat(budget.path("maxUnavailable").asInt()).isEqualTo(1);
        assertThat(budget.path("unhealthyPodEvictionPolicy").asText()).isEqualTo("AlwaysAllow");
    }

    /** What goes by labels goes by those of the pods, and of no others. */
    @ParameterizedTest
    @MethodSource("installed")
    void everySelectorFindsThePods(String name) {
        Rendered rendered = Rendered.ofCase(name);
        assertSelects(rendered.one("Deployment").at("/spec/selector"), rendered);
        rendered.all("PodDisruptionBudget").forEach(each -> assertSelects(each.at("/spec/selector"), rendered));
        rendered.all("NetworkPolicy").forEach(each -> assertSelects(each.at("/spec/podSelector"), rendered));
        assertThat(rendered.all("Service")).hasSize(2).allSatisfy(service -> {
            ObjectMatch.assertSubset(service.at("/spec/selector"), labels(rendered));
            assertThat(service.at("/spec/ports"))
                    .allSatisfy(port -> named(
                            rendered.container().path("ports"),
                            port.path("targetPort").asText()));
        });
        JsonNode test = rendered.one("Pod", title(rendered) + "-selftest").at("/metadata/labels");
        assertThat(test.path("app.kubernetes.io/component").asText()).isEqualTo("selftest");
    }

    private static String title(Rendered rendered) {
        return rendered.one("Deployment").at("/metadata/name").asText();
    }

    private static JsonNode labels(Rendered rendered) {
        return rendered.one("Deployment").at("/spec/template/metadata/labels");
    }

    private static void assertSelects(JsonNode selector, Rendered rendered) {
        ObjectMatch.assertSubset(selector.path("matchLabels"), labels(rendered));
        assertThat(selector.at("/matchLabels/app.kubernetes.io~1component").asText())
                .isEqualTo("webhook");
    }

    @Test
    void noMeshStandsBetweenItAndTheApiServer() {
        JsonNode labels = labels(Rendered.ofGuide());
        assertThat(labels.path("sidecar.istio.io/inject").asText()).isEqualTo("false");
        assertThat(labels.path("istio.io/dataplane-mode").asText()).isEqualTo("none");
    }

    @Test
    void isAskedHowItIsOnTheOpsPort() {
        for (String name : List.of("guide", "everything")) {
            JsonNode container = Rendered.ofCase(name).container();
            for (Map.Entry<String, String> probe : Map.of(
                            "startupProbe", "/livez", "livenessProbe", "/livez", "readinessProbe", "/readyz")
                    .entrySet()) {
                JsonNode get = container.path(probe.getKey()).path("httpGet");
                assertThat(get.path("path").asText()).isEqualTo(probe.getValue());
                assertThat(get.path("port").asText()).isEqualTo("ops");
            }
        }
        assertThat(Rendered.texts(Rendered.ofCase("everything").container().path("args")))
                .contains("--listen=[::]:9443", "--ops-listen=[::]:9080");
    }

    /** Some clusters let pods of such a class in only where a quota says so; to the cluster's own namespace it would be a limit. */
    @Test
    void isAmongTheLastToGo() {
        Rendered rendered = Rendered.ofGuide();
        assertThat(pod(rendered).path("priorityClassName").asText()).isEqualTo("system-cluster-critical");
        assertThat(rendered.one("ResourceQuota")
                        .at("/spec/scopeSelector/matchExpressions/0/values/0")
                        .asText())
                .isEqualTo("system-cluster-critical");
        assertThat(Rendered.of("--namespace", "kube-system").all("ResourceQuota"))
                .isEmpty();
        assertThat(Rendered.ofCase("everything").all("ResourceQuota")).isEmpty();
        assertThat(pod(Rendered.ofCase("minimal")).has("priorityClassName")).isFalse();
    }

    @Test
    void theImageIsNamedByTagOrDigest() {
        String version =
                Chart.read(Chart.ROOT.resolve("Chart.yaml")).path("appVersion").asText();
        assertThat(image()).isEqualTo("registry.example.com/marchwarden:" + version);
        assertThat(image("--set", "image.repository=here/marchwarden,image.tag=1.2.3"))
                .isEqualTo("here/marchwarden:1.2.3");
        assertThat(image("--values", Chart.values("everything").toString()))
                .isEqualTo("example.com/platform/marchwarden@sha256:"
                        + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    private static String image(String... arguments) {
        Rendered rendered = Rendered.of(arguments);
        List<String> images = pods(rendered)
                .map(pod -> pod.at("/containers/0/image").asText())
                .distinct()
                .toList();
        assertThat(images).hasSize(1);
        return images.getFirst();
    }

    /** Nothing is lost by what is added: neither the safe defaults nor ids that do not fit into a float. */
    @Test
    void contextsAndProbesAreLaidOverTheDefaults() {
        Rendered rendered = Rendered.ofCase("extras");
        assertThat(pods(rendered)).hasSize(2).allSatisfy(pod -> {
            JsonNode context = pod.path("securityContext");
            assertThat(context.path("runAsUser").toString()).isEqualTo("1000650000");
            assertThat(context.path("fsGroup").toString()).isEqualTo("1000650000");
            assertThat(context.path("runAsGroup").asInt()).isEqualTo(65_532);
            assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(context.at("/seLinuxOptions/level").asText()).isEqualTo("s0:c25,c10");
            JsonNode own = pod.at("/containers/0/securityContext");
            assertThat(own.at("/seccompProfile/type").asText()).isEqualTo("Localhost");
            assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        });
        JsonNode container = rendered.container();
        assertThat(container.at("/startupProbe/failureThreshold").asInt()).isEqualTo(180);
        assertThat(container.at("/startupProbe/periodSeconds").asInt()).isEqualTo(1);
        assertThat(container.at("/livenessProbe/timeoutSeconds").asInt()).isEqualTo(5);
        assertThat(container.at("/readinessProbe/initialDelaySeconds").asInt()).isEqualTo(1);
        JsonNode deployment = rendered.one("Deployment");
        assertThat(deployment
                        .at("/metadata/annotations/reloader.example.com~1auto")
                        .asText())
                .isEqualTo("true");
        assertThat(deployment.at("/spec/strategy/rollingUpdate/maxSurge").asText())
                .isEqualTo("50%");
    }

    /** The API server refuses bounds of a rolling update beside another type. */
    @Test
    void recreatesWithoutBounds() {
        JsonNode strategy =
                Rendered.of("--set", "strategy.type=Recreate").one("Deployment").at("/spec/strategy");
        assertThat(strategy.toString()).isEqualTo("{\"type\":\"Recreate\"}");
    }

    /** What the cluster's other software asks for goes where it says, and takes nothing away. */
    @Test
    void takesMoreOfWhatAPodHas() {
        Rendered rendered = Rendered.ofCase("extras");
        JsonNode pod = pod(rendered);
        assertThat(rendered.one("Deployment").path("spec").has("replicas")).isFalse();
        assertThat(rendered.one("HorizontalPodAutoscaler")
                        .at("/spec/scaleTargetRef/name")
                        .asText())
                .isEqualTo(rendered.one("Deployment").at("/metadata/name").asText());
        assertThat(rendered.container().path("image").asText())
                .isEqualTo("mirror.example.com:5000/public/platform/marchwarden:0.1.0");
        assertThat(Rendered.texts(rendered.container().path("args")))
                .contains("serve", "--log-format=json", "--log-level=debug", "--reload-seconds=2");
        assertThat(mount(pod, "shipper")).isEqualTo("/etc/shipper read-only");
        assertThat(mount(pod, "tenancy")).isEqualTo("/etc/marchwarden read-only");
        assertThat(volume(pod, "shipper").at("/configMap/name").asText()).isEqualTo("log-shipper");
        assertThat(pod.at("/containers/1/name").asText()).isEqualTo("shipper");
        assertThat(pod.at("/hostAliases/0/ip").asText()).isEqualTo("192.0.2.7");
        assertThat(pod.at("/dnsConfig/options/0/name").asText()).isEqualTo("ndots");
        assertThat(Rendered.of("--set", "autoscaling.enabled=true")
                        .one("HorizontalPodAutoscaler")
                        .at("/spec/minReplicas")
                        .asInt())
                .isEqualTo(2);
        assertThat(rendered.one("PodMonitor")
                        .at("/spec/podMetricsEndpoints/0/port")
                        .asText())
                .isEqualTo("ops");
        assertSelects(rendered.one("PodMonitor").at("/spec/selector"), rendered);
    }
}
