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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

    /** The values file has them all, so that reading it is knowing them. */
    @Test
    void everyKeyHasADefault() {
        Set<String> keys = new TreeSet<>();
        keys(Chart.schema(), Chart.schema(), "", keys);
        Set<String> given = new TreeSet<>();
        for (String path : objects("", Chart.defaults())) {
            given.add(path);
            Chart.defaults().at(path).properties().forEach(field -> given.add(path + "/" + field.getKey()));
        }
        keys.removeIf(key -> key.equals("/global")
                || key.matches(
                        "/(enforcement|exemptions|resources|affinity|dnsConfig|podSecurityContext|containerSecurityContext|probes)/.*")
                || key.startsWith("/certificates/certManager/issuerRef/")
                || key.matches("/bootstrap/(resources|chartsVolume)/.*"));
        assertThat(given).containsAll(keys);
    }

    private static void keys(JsonNode root, JsonNode schema, String path, Set<String> keys) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (schema.path("additionalProperties").asText().equals("false")) {
                keys.add(path + "/" + property.getKey());
                keys(root, property.getValue(), path + "/" + property.getKey(), keys);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HELM", "HELM_3"})
    void isAlsoAPartOfOtherCharts(KubernetesTool helm) {
        assertThat(Stream.of(Chart.template(helm, "--set", "global.registry=x")))
                .allMatch(ToolRun::succeeded);
    }
}
