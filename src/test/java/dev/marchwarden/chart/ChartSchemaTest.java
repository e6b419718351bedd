package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema of the values: no key that is not known, anywhere; and what is the tenancy's is said in the tenancy's own words. */
class ChartSchemaTest {
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(Chart.schema());

    @Test
    void isItselfASchema() {
        JsonSchema meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                .getSchema(URI.create("http://json-schema.org/draft-07/schema#"));
        assertThat(meta.validate(Chart.schema())).isEmpty();
    }

    /** An object either names all its keys, or is a map whose values are of one kind. */
    @Test
    void everyObjectIsClosed() {
        List<String> open = new ArrayList<>();
        walk("", Chart.schema(), open);
        assertThat(open).containsExactly("/properties/global");
    }

    private static void walk(String path, JsonNode schema, List<String> open) {
        if (schema.isObject() && !path.endsWith("/properties")) {
            boolean object = schema.path("type").asText().equals("object")
                    || schema.path("properties").isObject();
            boolean partOfAnother = path.matches(".*/(if|then|not)");
            if (object && !partOfAnother && !schema.has("additionalProperties")) {
                open.add(path);
            }
        }
        if (schema.isContainerNode()) {
            schema.properties().forEach(field -> walk(path + "/" + field.getKey(), field.getValue(), open));
            for (int i = 0; schema.isArray() && i < schema.size(); i++) {
                walk(path + "/" + i, schema.get(i), open);
            }
        }
    }

    /** In every object that any of our values has, a key too many is an error, and the error names it. */
    @Test
    void aTypingMistakeIsFoundWhereverItIs() {
        int places = 0;
        for (String name : Chart.cases()) {
            JsonNode values = withoutNulls(Chart.read(Chart.values(name)));
            for (String path : objects("", values)) {
                if (isMap(path)) {
                    continue;
                }
                places++;
                JsonNode changed = values.deepCopy();
                ((ObjectNode) changed.at(path)).put("typnig", "x");
                assertThat(SCHEMA.validate(changed))
                        .as(name + " " + path)
                        .anySatisfy(problem -> assertThat(problem.getMessage()).contains("typnig"));
            }
            assertThat(SCHEMA.validate(values)).as(name).isEmpty();
        }
        assertThat(places).isGreaterThan(60);
    }

    /** A null takes a default away, before the schema sees it. */
    private static JsonNode withoutNulls(JsonNode values) {
        ObjectNode kept = values.deepCopy();
        kept.removeIf(JsonNode::isNull);
        return kept;
    }

    /** Whose keys are up to the person who writes them. */
    private static boolean isMap(String path) {
        return path.matches(
                ".*/(\\w*[lL]abels|\\w*[aA]nnotations|nodeSelector|matchLabels|tags)|/bootstrap/values(/.*)?"
                        + "|/extra(Volumes|VolumeMounts|Containers|Objects)/.*|/extraEnv/\\d+/valueFrom(/.*)?");
    }

    private static List<String> objects(String path, JsonNode node) {
        List<String> found = new ArrayList<>();
        if (node.isObject()) {
            found.add(path);
            node.properties().forEach(field -> found.addAll(objects(path + "/" + field.getKey(), field.getValue())));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            found.addAll(objects(path + "/" + i, node.get(i)));
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "usergroop=x, usergroop",
        "webhook.failurepolicy=Fail, failurepolicy",
        "usergroups[0].naem=x, naem",
        "enforcement.rules.host-clam=warn, host-clam",
        "certificates.certManager.issuer=x, issuer",
        "metrics.prometheusRule.enable=true, enable",
        "image.tags=1, tags",
        "bootstrap.chartVolume=x, chartVolume",
        "bootstrap.chartsVolume.hostPath.path=/charts, hostPath",
        "resources.limit.memory=1Gi, limit"
    })
    void helmSaysWhichWordItDoesNotKnow(String setting, String word) {
        for (KubernetesTool helm : List.of(KubernetesTool.HELM, KubernetesTool.HELM_3)) {
            ToolRun run = Chart.template(helm, "--set", setting);
            assertThat(run.succeeded()).isFalse();
            assertThat(run.err()).contains("values don't meet the specifications of the schema", word);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "webhook.failurePolicy=Open, /webhook/failurePolicy",
        "webhook.timeoutSeconds=1, /webhook/timeoutSeconds",
        "webhook.url=http://localhost/, /webhook/url",
        "certificates.mode=self, /certificates/mode",
        "image.digest=sha256:12, /image/digest",
        "replicas=0, /replicas",
        "usergroups[0].name=Red, /usergroups/0/name",
        "usergroupLabel=istio.io/rev, /usergroupLabel",
        "enforcement.default=strict, /enforcement/default",
        "clusterRanges[0]=10.0.0.0, /clusterRanges/0",
        "runAsUser=0, /runAsUser",
        "containerSecurityContext.runAsUser=0, /containerSecurityContext/runAsUser",
        "strategy.type=Never, /strategy/type",
        "extraLabels.istio\\.io/rev=x, /extraLabels/istio.io~1rev",
        "extraLabels.app=istiod, /extraLabels",
        "podLabels.istio\\.io/tag=x, /podLabels",
        "fullnameOverride=Border, /fullnameOverride",
        "bootstrap.charts[0]=http://charts.example.com, /bootstrap/charts/0",
        "bootstrap.istioVersions[0]=1.30, /bootstrap/istioVersions/0",
        "bootstrap.egress=any, /bootstrap/egress",
        "bootstrap.retries=-1, /bootstrap/retries"
    })
    void helmSaysWhichValueIsWrong(String setting, String place) {
        ToolRun run = Chart.template(KubernetesTool.HELM, "--set", setting);
        assertThat(run.succeeded()).as(run.text()).isFalse();
        assertThat(run.err()).contains("at '" + place);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "containerSecurityContext: {capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}}",
                "podDisruptionBudget: {maxUnavailable: 50%}",
                "strategy: {rollingUpdate: {maxSurge: 100%, maxUnavailable: 0}}",
                "certificates: {certManager: {duration: 1h30m, issuerRef: {name: own}}}",
                "probes: {readiness: {successThreshold: 2}}",
                "networkPolicy: {opsFrom: [{podSelector: {}}]}",
                "bootstrap: {values: {red: {pilot: {anything: [1]}}}}",
                "clusterRanges: []",
                "exceptions: []"
            })
    void accepts(String values) {
        assertThat(SCHEMA.validate(Chart.parse(values))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "containerSecurityContext: {capabilities: {drop: {ALL: x}}}; $.containerSecurityContext.capabilities.drop",
                "containerSecurityContext: {privileged: true}; $.containerSecurityContext",
                "podSecurityContext: {runAsUser: 0}; $.podSecurityContext.runAsUser",
                "podSecurityContext: {seccompProfile: {localhostProfile: x}}; $.podSecurityContext.seccompProfile",
                "probes: {liveness: {successThreshold: 2}}; $.probes.liveness",
                "probes: {startup: {httpGet: {port: 1}}}; $.probes.startup",
                "tolerations: [{operator: Always}]; $.tolerations[0].operator",
                "topologySpreadConstraints: [{maxSkew: 1, topologyKey: x}]; $.topologySpreadConstraints[0]",
                "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{}]}};"
                        + " $.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]",
                "affinity: {nodeAntiAffinity: {}}; $.affinity",
                "image: {pullSecrets: [regcred]}; $.image.pullSecrets[0]",
                "image: {tag: 'a:b'}; $.image.tag",
                "image: {pullPolicy: Sometimes}; $.image.pullPolicy",
                "certificates: {certManager: {issuerRef: {kind: Issuer}}}; $.certificates.certManager.issuerRef",
                "certificates: {certManager: {duration: 90d}}; $.certificates.certManager.duration",
                "certificates: {existingSecret: Serving}; $.certificates.existingSecret",
                "networkPolicy: {webhookFrom: [{}]}; $.networkPolicy.webhookFrom[0]",
                "networkPolicy: {webhookFrom: [{ipBlock: {}}]}; $.networkPolicy.webhookFrom[0].ipBlock",
                "networkPolicy: {apiServerPorts: []}; $.networkPolicy.apiServerPorts",
                "networkPolicy: {apiServerPorts: [0]}; $.networkPolicy.apiServerPorts[0]",
                "ports: {ops: 65536}; $.ports.ops",
                "autoscaling: {maxReplicas: 21}; $.autoscaling.maxReplicas",
                "strategy: {rollingUpdate: {maxSurge: some}}; $.strategy.rollingUpdate.maxSurge",
                "podDisruptionBudget: {maxUnavailable: 0}; $.podDisruptionBudget.maxUnavailable",
                "podDisruptionBudget: {maxUnavailable: 0%}; $.podDisruptionBudget.maxUnavailable",
                "resources: {requests: {gpu: 1}}; $.resources.requests",
                "extraEnv: [{value: x}]; $.extraEnv[0]",
                "extraVolumeMounts: [{name: x}]; $.extraVolumeMounts[0]",
                "extraContainers: [{name: x}]; $.extraContainers[0]",
                "extraObjects: [{kind: ConfigMap}]; $.extraObjects[0]",
                "hostAliases: [{hostnames: [x]}]; $.hostAliases[0]",
                "dnsConfig: {options: [{value: x}]}; $.dnsConfig.options[0]",
                "otherKinds: {pods: true}; $.otherKinds",
                "otherKinds: {secrets: 'yes'}; $.otherKinds.secrets",
                "workloads: {excludedNamespaces: [Kube]}; $.workloads.excludedNamespaces[0]",
                "webhook: {caBundle: '-----BEGIN'}; $.webhook.caBundle",
                "metrics: {serviceMonitor: {interval: 30}}; $.metrics.serviceMonitor.interval",
                "metrics: {prometheusRule: {caDays: 0}}; $.metrics.prometheusRule.caDays",
                "metrics: {dashboard: {labels: {istio.io/rev: x}}}; $.metrics.dashboard.labels",
                "bootstrap: {chartsVolume: {configMap: {name: a}, image: {reference: b}}}; $.bootstrap.chartsVolume",
                "bootstrap: {chartsVolume: {persistentVolumeClaim: {}}}; $.bootstrap.chartsVolume.persistentVolumeClaim",
                "bootstrap: {values: {Red: {}}}; $.bootstrap.values",
                "bootstrap: {values: {red: x}}; $.bootstrap.values.red",
                "bootstrap: {istioVersions: [1.30.3, 1.30.3]}; $.bootstrap.istioVersions",
                "bootstrap: {extraRules: [{apiGroups: [x], resources: [], verbs: [get]}]}; $.bootstrap.extraRules[0].resources",
                "bootstrap: {helm: {path: usr/bin/helm}}; $.bootstrap.helm.path",
                "bootstrap: {deadlineSeconds: 59}; $.bootstrap.deadlineSeconds",
                "log: {level: trace}; $.log.level",
                "usergroups: [{name: red, owners: {groups: ['*']}}]; $.usergroups[0].owners.groups[0]",
                "protectedNamespaces: []; $.protectedNamespaces",
                "exceptions: [{usergroup: red}]; $.exceptions[0]",
                "enforcement: {rules: {host-claim: false}}; $.enforcement.rules.host-claim"
            })
    void refuses(String values, String place) {
        assertThat(SCHEMA.validate(Chart.parse(values)))
                .extracting(problem -> problem.getInstanceLocation().toString())
                .isNotEmpty()
                .allSatisfy(found -> assertThat(found).startsWith(place));
    }

    @ParameterizedTest
    @EnumSource(names = {"HELM", "HELM_3"})
    void isAlsoAPartOfOtherCharts(KubernetesTool helm) {
        assertThat(Stream.of(Chart.template(helm, "--set", "global.registry=x")))
                .allMatch(ToolRun::succeeded);
    }
}
