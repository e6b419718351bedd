package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.policy.WorkloadReview.Place;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachRow;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.reach.Specimens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of workloads.table counts, in every kind: no inventory asks for one, so each is named here, with what breaks it. */
class WorkloadTableTest {
    private static final Policy POLICY = WorkloadReview.policy();
    private static final Namespaces NAMESPACES = WorkloadReview.namespaces(POLICY);
    private static final String INIT = "spec.initContainers[istio-proxy,istio-init,istio-validation].";
    private static final String MAIN = "spec.containers[istio-proxy].";

    /** Of a pod; in everything else below the path of its template. */
    private static final Set<String> METADATA = Set.of(
            "labels{istio.io/rev} pod-revision",
            "labels{sidecar.istio.io/inject} injection",
            "labels{security.istio.io/tlsMode} pod-tls-mode",
            "labels{topology.istio.io/network} pod-network",
            "labels{istio.io/dataplane-mode} pod-dataplane",
            "labels{istio.io/use-waypoint-namespace} namespace",
            "labels{istio.io/use-waypoint-canary-namespace} namespace",
            "labels{gateway.istio.io/managed} context",
            "annotations{istio.io/rev} injected-revision",
            "annotations{sidecar.istio.io/status} injection-status",
            "annotations{sidecar.istio.io/inject} injection",
            "annotations{traffic.sidecar.istio.io/includeInboundPorts} captured",
            "annotations{traffic.sidecar.istio.io/includeOutboundIPRanges} captured",
            "annotations{traffic.sidecar.istio.io/excludeInboundPorts} uncaptured",
            "annotations{traffic.sidecar.istio.io/excludeOutboundPorts} uncaptured",
            "annotations{traffic.sidecar.istio.io/excludeOutboundIPRanges} uncaptured",
            "annotations{traffic.sidecar.istio.io/excludeInterfaces} uncaptured",
            "annotations{status.sidecar.istio.io/port} uncaptured",
            "annotations{sidecar.istio.io/interceptionMode} interception-mode",
            "annotations{inject.istio.io/templates} injection-templates",
            "annotations{proxy.istio.io/config} proxy-settings",
            "annotations{proxy.istio.io/overrides} proxy-overlay",
            "annotations{apm.datadoghq.com/env} proxy-variables",
            "annotations{sidecar.istio.io/bootstrapOverride} proxy-rebuild",
            "annotations{sidecar.istio.io/discoveryAddress} proxy-rebuild",
            "annotations{sidecar.istio.io/proxyImage} proxy-rebuild",
            "annotations{sidecar.istio.io/userVolume} user-volume",
            "annotations{sidecar.istio.io/userVolumeMount} user-volume",
            "annotations{istio.io/reroute-virtual-interfaces} uncaptured",
            "annotations{traffic.sidecar.istio.io/kubevirtInterfaces} uncaptured",
            "annotations{sidecar.istio.io/logLevel} template-text",
            "annotations{sidecar.istio.io/componentLogLevel} template-text",
            "annotations{sidecar.istio.io/agentLogLevel} template-text",
            "annotations{resource.opentelemetry.io/service.namespace} template-text",
            "annotations{resource.opentelemetry.io/service.version} template-text",
            "annotations{resource.opentelemetry.io/service.instance.id} template-text",
            "annotations{k8s.v1.cni.cncf.io/networks} template-text");

    private static final Set<String> SPEC = Set.of(
            "hostNetwork host-network",
            "securityContext.runAsUser process-id",
            "securityContext.runAsGroup process-id",
            "volumes[].projected.sources[].serviceAccountToken.audience token-audience",
            "volumes[].name context",
            "hostAliases[].hostnames[] host-alias",
            "dnsConfig.nameservers[] nameserver",
            "dnsPolicy context");

    private static final Set<String> ANY_CONTAINER = Set.of(
            "env[].name context",
            "env[].value proxy-environment",
            "securityContext.runAsUser process-id",
            "securityContext.runAsGroup process-id",
            "securityContext.privileged privilege",
            "securityContext.capabilities.add[] privilege");

    private static final Set<String> CONTAINER = Set.of(
            "name proxy-container",
            "image context",
            "command[] context",
            "args[] context",
            "envFrom[].configMapRef.name context",
            "envFrom[].secretRef.name context",
            "env[].valueFrom.** proxy-environment",
            "lifecycle.postStart.exec.command[] context",
            "lifecycle.preStop.exec.command[] context",
            "livenessProbe.exec.command[] context",
            "readinessProbe.exec.command[] context",
            "startupProbe.exec.command[] context",
            "volumeMounts[].name context",
            "volumeMounts[].mountPath context");

    @Test
    void everyRowIsThere() {
        for (Place place : WorkloadReview.PLACES) {
            Set<String> expected = new TreeSet<>();
            METADATA.forEach(row -> expected.add(place.prefix() + "metadata." + row));
            CONTAINER.forEach(row -> expected.add(place.prefix() + MAIN + row));
            CONTAINER.forEach(row -> expected.add(place.prefix() + INIT + row));
            SPEC.forEach(row -> expected.add(place.prefix() + "spec." + row));
            ANY_CONTAINER.forEach(row -> expected.add(place.prefix() + "spec.containers[]." + row));
            ANY_CONTAINER.forEach(row -> expected.add(place.prefix() + "spec.initContainers[]." + row));
            if (place.isPod()) {
                expected.add("spec.ephemeralContainers[istio-proxy].name proxy-container");
            }
            assertThat(table(place).rows())
                    .as(place.kind())
                    .extracting(ReachRow::toString)
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void kubernetesOwnKindsAreKnownInPart() {
        assertThat(ReachTable.shipped().kinds().stream().filter(kind -> !kind.complete()))
                .extracting(KindTable::toString)
                .containsExactlyInAnyOrder(
                        "Service",
                        "Endpoints",
                        "ConfigMap",
                        "Secret",
                        "discovery.k8s.io EndpointSlice",
                        "networking.k8s.io Ingress",
                        "authentication.k8s.io TokenRequest",
                        "Pod",
                        "Binding",
                        "ReplicationController",
                        "apps Deployment",
                        "apps StatefulSet",
                        "apps DaemonSet",
                        "apps ReplicaSet",
                        "batch Job",
                        "batch CronJob");
        assertThat(ReachTable.shipped().guards("apps")).isFalse();
        assertThat(ReachTable.shipped().guards("batch")).isFalse();
        assertThat(ReachTable.shipped().guards("")).isFalse();
    }

    /** A row of one kind, and values that break a rule by it and that do not; null where none does. */
    record Case(
            Place place,
            ReachRow row,
            Map<String, String> beside,
            String bad,
            @Nullable String good,
            String rule) {
        ObjectNode with(String value) {
            return Specimens.of(table(place), "v1", row, "red-app", value, beside);
        }

        @Override
        public String toString() {
            return place + " " + row;
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Place place : WorkloadReview.PLACES) {
            for (ReachRow row : table(place).rows()) {
                Case made = of(place, row);
                if (made != null) {
                    cases.add(made);
                }
            }
        }
        return cases;
    }

    private static @Nullable Case of(Place place, ReachRow row) {
        String path = row.path();
        Map<String, String> beside = new LinkedHashMap<>(Specimens.companions(row));
        return switch (row.reach()) {
            case POD_REVISION -> new Case(place, row, beside, "blue", "red-1", "workload-revision");
            case INJECTED_REVISION -> new Case(place, row, beside, "blue", "red-1", "foreign-injection");
            case INJECTION_STATUS ->
                new Case(
                        place, row, beside, "{\"revision\":\"blue\"}", "{\"revision\":\"red-1\"}", "foreign-injection");
            case INJECTION -> new Case(place, row, beside, "false", "true", "injection-opt-out");
            case HOST_NETWORK -> new Case(place, row, beside, "true", "false", "injection-opt-out");
            case CAPTURED -> new Case(place, row, beside, "80", "*", "injection-opt-out");
            case UNCAPTURED -> new Case(place, row, beside, "80", "15020", "injection-opt-out");
            case NAMESPACE -> new Case(place, row, beside, "blue-app", "red-app", "foreign-namespace");
            case INTERCEPTION_MODE -> override(place, row, beside, "NONE", "REDIRECT");
            case INJECTION_TEMPLATES -> override(place, row, beside, "mine", "sidecar");
            case PROXY_SETTINGS -> override(place, row, beside, "discoveryAddress: blue", "concurrency: 1");
            case PROXY_VARIABLES -> override(place, row, beside, "{\"CA_ADDR\":\"x\"}", "{\"DD_ENV\":\"x\"}");
            case PROCESS_ID -> new Case(place, row, beside, "1337", "1000", "injection-opt-out");
            case PRIVILEGE ->
                path.endsWith("privileged")
                        ? new Case(place, row, beside, "true", "false", "injection-opt-out")
                        : new Case(place, row, beside, "NET_ADMIN", "NET_BIND_SERVICE", "injection-opt-out");
            case USER_VOLUME -> override(place, row, beside, "[{\"name\":\"x\",\"hostPath\":{\"path\":\"/\"}}]", "[]");
            case TEMPLATE_TEXT -> override(place, row, beside, "a\n'\"", "debug");
            case TOKEN_AUDIENCE -> new Case(place, row, beside, "istio-ca", "vault", "foreign-identity");
            case HOST_ALIAS -> override(place, row, beside, "istiod-red-1.red-system.svc", "db.example.com");
            case NAMESERVER -> {
                beside.put(place.prefix() + "spec.dnsPolicy", "None");
                yield override(place, row, beside, "10.0.0.7", "169.254.20.10");
            }
            case PROXY_REBUILD, PROXY_OVERLAY, POD_NETWORK -> override(place, row, beside, "x", null);
            case POD_TLS_MODE -> override(place, row, beside, "disabled", "istio");
            case POD_DATAPLANE -> override(place, row, beside, "ambient", "none");
            case PROXY_CONTAINER -> {
                boolean ephemeral = path.contains("ephemeral");
                if (!ephemeral) { // what looks as if istiod had made it, but asks for no certificates that are known
                    deployedForGateway(place, beside);
                }
                String name = Objects.requireNonNull(Specimens.nameOfItem(row));
                yield path.contains("initContainers") ? null : override(place, row, beside, name, null);
            }
            case PROXY_ENVIRONMENT -> {
                beside.put(path.substring(0, path.indexOf("env[]")) + "env[].name", "CA_ADDR");
                if (!path.contains("istio-proxy")) {
                    yield override(place, row, beside, "istiod.blue.svc:15012", "istiod.red-system.svc:15012");
                }
                if (path.contains("initContainers") && !place.isPod()) {
                    yield null; // what istiod deploys has none; the row is for what the injector makes
                }
                if (place.isPod()) {
                    beside.put("metadata.annotations{sidecar.istio.io/status}", "{\"revision\":\"red-1\"}");
                } else {
                    deployedForGateway(place, beside);
                }
                boolean value = path.endsWith("value");
                yield override(place, row, beside, "blue.blue.svc", value ? "istiod.red-system.svc:15012" : null);
            }
            case CONTEXT ->
                !path.contains("istio-proxy")
                        ? null // changes what others mean: WorkloadRulesTest
                        : ofContainer(place, row, beside);
            default -> throw new AssertionError("no case for " + row);
        };
    }

    private static @Nullable Case ofContainer(Place place, ReachRow row, Map<String, String> beside) {
        return switch (row.path().substring(row.path().indexOf("istio-proxy")).replaceFirst("^[^]]*]\\.", "")) {
            case "image" -> override(place, row, beside, "mine", "auto");
            case "volumeMounts[].name" -> null;
            case "lifecycle.preStop.exec.command[]" -> override(place, row, beside, "mine", "sleep");
            case "volumeMounts[].mountPath" -> override(place, row, beside, "/etc/istio/proxy", "/data");
            default -> override(place, row, beside, "mine", null);
        };
    }

    private static void deployedForGateway(Place place, Map<String, String> beside) {
        beside.put(place.prefix() + "metadata.labels{sidecar.istio.io/inject}", "false");
        beside.put(place.prefix() + "metadata.labels{gateway.istio.io/managed}", "x");
        beside.put(place.prefix() + "metadata.annotations{istio.io/rev}", "red-1");
    }

    private static Case override(
            Place place, ReachRow row, Map<String, String> beside, String bad, @Nullable String good) {
        return new Case(place, row, beside, bad, good, "proxy-override");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyRowBreaksItsRuleAndNamesItself(Case broken) {
        assertThat(WorkloadReview.send(POLICY, NAMESPACES, null, broken.with(broken.bad()))
                        .findings()
                        .findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.violation().rule()).hasToString(broken.rule());
                    assertThat(finding.violation().path()).startsWith(Specimens.concrete(broken.row()));
                    assertThat(finding.violation().message()).startsWith(Specimens.concrete(broken.row()));
                });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itsTwinPasses(Case broken) {
        if (broken.good() != null) {
            assertThat(WorkloadReview.send(POLICY, NAMESPACES, null, broken.with(broken.good()))
                            .findings()
                            .findings())
                    .isEmpty();
        }
    }

    @Test
    void mostRowsHaveACase() {
        assertThat(cases()).hasSizeGreaterThan(7 * 40);
    }

    private static KindTable table(Place place) {
        return Objects.requireNonNull(ReachTable.shipped().find(place.group(), place.kind()));
    }
}
