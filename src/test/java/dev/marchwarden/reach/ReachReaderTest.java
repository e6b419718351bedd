package dev.marchwarden.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReachReaderTest {
    private static final JsonFactory JSON = new JsonFactory();

    @Test
    void findsWhatReachesWithPathsAndValues() throws IOException {
        ObjectReach reach = virtualService("""
                {"hosts": ["httpbin", "*.example.com"],
                 "http": [
                   {"match": [{"uri": {"prefix": "/"}, "headers": {"x": {"exact": "y"}}}], "timeout": "1s"},
                   {"route": [{"weight": 1, "destination": {"host": "a", "port": {"number": 80}}},
                              {"destination": {"subset": "v2", "host": "b.app-ns-2"}}],
                    "delegate": {"namespace": "app-ns-2", "name": "d"}}]}""");
        assertThat(shown(reach))
                .containsExactly(
                        "spec.hosts[0]=httpbin",
                        "spec.hosts[1]=*.example.com",
                        "spec.http[0].match[0].uri.prefix=/",
                        "spec.http[0].match[0].headers[x].exact=y",
                        "spec.http[1].route[0].weight=1",
                        "spec.http[1].route[0].destination.host=a",
                        "spec.http[1].route[0].destination.port.number=80",
                        "spec.http[1].route[1].destination.subset=v2",
                        "spec.http[1].route[1].destination.host=b.app-ns-2",
                        "spec.http[1].delegate.namespace=app-ns-2",
                        "spec.http[1].delegate.name=d");
        assertThat(reach.leaves(Reach.HOST)).extracting(Leaf::value).containsExactly("a", "b.app-ns-2");
        assertThat(reach.unclassified()).isEmpty();
        assertThat(reach.problem()).isNull();
    }

    @Test
    void siblingsAreFoundWhateverTheOrderOfFields() throws IOException {
        for (String delegate :
                List.of("{\"name\": \"d\", \"namespace\": \"n\"}", "{\"namespace\": \"n\", \"name\": \"d\"}")) {
            ObjectReach reach = virtualService("{\"http\": [{}, {\"delegate\": " + delegate + "}]}");
            assertThat(reach.leaves(Reach.NAMESPACE)).singleElement().satisfies(leaf -> {
                assertThat(leaf.beside("name")).isEqualTo("d");
                assertThat(leaf.beside("namespace")).isEqualTo("n");
                assertThat(leaf.beside("kind")).isNull();
                assertThat(leaf.owner().path()).isEqualTo("spec.http[1].delegate");
            });
        }
    }

    /** Items of a list have the list's siblings for their own. */
    @Test
    void itemsHaveTheirListsSiblings() throws IOException {
        ObjectReach reach = read("security.istio.io", "AuthorizationPolicy", """
                {"spec": {"rules": [{"when": [{"values": ["a", "b"], "key": "source.namespace"}]},
                                    {"when": [{"key": "source.principal", "notValues": ["c"]}]}],
                          "action": "DENY"}}""");
        assertThat(reach.leaves(Reach.CONDITION))
                .extracting(leaf -> leaf.beside("key") + " " + leaf.row().negated() + " " + leaf.value())
                .containsExactly("source.namespace false a", "source.namespace false b", "source.principal true c");
        assertThat(reach.text("spec", "action")).isEqualTo("DENY");
        assertThat(reach.text("spec", "selector")).isNull();
        assertThat(reach.text("spec", "action", "further")).isNull();
    }

    @Test
    void selectorsAreReadAsTrees() throws IOException {
        ObjectReach reach = read("gateway.networking.k8s.io", "Gateway", """
                {"spec": {"listeners": [{"name": "a"}, {"allowedRoutes": {"namespaces": {
                    "from": "Selector",
                    "selector": {"matchLabels": {"usergroup": "g", "a/b.c": "d"},
                                 "matchExpressions": [{"key": "k", "operator": "In", "values": ["v", "w"]}]}}}}]}}""");
        Leaf from = reach.leaves(Reach.ROUTE_ADMISSION).getFirst();
        Branch selector = Objects.requireNonNull(from.owner().branch("selector"));
        assertThat(selector.text("matchLabels", "usergroup")).isEqualTo("g");
        assertThat(selector.text("matchLabels", "a/b.c")).isEqualTo("d");
        assertThat(selector.leaves().get(1).path())
                .isEqualTo("spec.listeners[1].allowedRoutes.namespaces.selector.matchLabels[a/b.c]");
        Branch expressions = Objects.requireNonNull(selector.branch("matchExpressions"));
        assertThat(expressions.children()).singleElement().satisfies(expression -> {
            Branch only = (Branch) expression;
            assertThat(only.text("operator")).isEqualTo("In");
            assertThat(Objects.requireNonNull(only.branch("values")).leaves())
                    .extracting(Leaf::value)
                    .containsExactly("v", "w");
        });
    }

    @Test
    void mapsAreReadByKey() throws IOException {
        ObjectReach reach = virtualService("""
                {"http": [{"headers": {"request": {"set": {"Host": "a", ":authority": "b", "x-host": "c"},
                                                   "add": {"host": "d"}},
                                       "response": {"set": {"host": "e"}}}}]}""");
        assertThat(shown(reach))
                .containsExactly(
                        "spec.http[0].headers.request.set[Host]=a",
                        "spec.http[0].headers.request.set[:authority]=b",
                        "spec.http[0].headers.request.set[x-host]=c",
                        "spec.http[0].headers.request.add[host]=d",
                        "spec.http[0].headers.response.set[host]=e");
        assertThat(shown(read("security.istio.io", "PeerAuthentication", """
                {"spec": {"portLevelMtls": {"8080": {"mode": "DISABLE"}, "9090": {}}}}""")))
                .containsExactly("spec.portLevelMtls[8080].mode=DISABLE");
    }

    @Test
    void metadataIsReadByKeyToo() throws IOException {
        String object = """
                {"kind": "Gateway", "status": {"spec": {"hosts": ["x"]}},
                 "metadata": {"name": "g", "managedFields": [{"x": {}}], "ownerReferences": null,
                              "labels": {"app": "a", "istio.io/rev": "r"},
                              "annotations": {"internal.istio.io/parent-namespace": "n"}}}""";
        ObjectReach reach = read("networking.istio.io", "Gateway", object);
        assertThat(shown(reach))
                .containsExactly(
                        "metadata.labels[istio.io/rev]=r",
                        "metadata.annotations[internal.istio.io/parent-namespace]=n");
        assertThat(reach.unclassified()).isEmpty();
    }

    @Test
    void metadataCanComeFromAnotherReader() {
        ReachReader reader = new ReachReader(ReachTableTest.kind("networking.istio.io", "Gateway"));
        reader.metadata("labels", "app", "a");
        reader.metadata("labels", "istio.io/rev", "r");
        reader.metadata("annotations", "internal.istio.io/parent-namespace", "n");
        reader.metadata("finalizers", "x", "y");
        ObjectReach reach = reader.result();
        assertThat(shown(reach))
                .containsExactly(
                        "metadata.labels[istio.io/rev]=r",
                        "metadata.annotations[internal.istio.io/parent-namespace]=n");
        assertThat(reach.text("metadata", "labels", "istio.io/rev")).isEqualTo("r");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"hosts\": null}",
                "{\"hosts\": [null]}",
                "{\"hosts\": []}",
                "{\"http\": [null, {\"route\": null}]}",
                "{\"http\": [{\"headers\": {\"request\": {\"set\": null}}, \"mirror\": {\"host\": null}}]}"
            })
    void nullIsAbsent(String spec) throws IOException {
        ObjectReach reach = virtualService(spec);
        assertThat(written(reach)).isEmpty();
        assertThat(reach.problem()).isNull();
        assertThat(reach.unclassified()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "x"                                             | spec is not an object
            []                                              | spec is not an object
            {"hosts": "x"}                                  | spec.hosts is not a list
            {"hosts": {"a": "b"}}                           | spec.hosts is not a list
            {"hosts": ["x", ["y"]]}                         | spec.hosts[1] is not a single value
            {"http": {"route": []}}                         | spec.http is not a list
            {"http": ["x"]}                                 | spec.http[0] is not an object
            {"http": [{"mirror": "x"}]}                     | spec.http[0].mirror is not an object
            {"http": [{"mirror": {"host": {}}}]}            | spec.http[0].mirror.host is not a single value
            {"http": [{"headers": {"request": {"set": 1}}}]}| spec.http[0].headers.request.set is not an object
            {"hosts": [], "hosts": ["x"]}                   | spec.hosts is given twice
            {"http": [{"delegate": {}, "delegate": {}}]}    | spec.http[0].delegate is given twice
            """)
    void whatCanBeReadInTwoWaysIsAProblem(String spec, String problem) throws IOException {
        assertThat(virtualService(spec).problem()).isEqualTo(problem);
    }

    @Test
    void entriesGivenTwiceAreAProblem() throws IOException {
        String twice =
                "{\"spec\": {\"portLevelMtls\": {\"1\": {\"mode\": \"STRICT\"}, \"1\": {\"mode\": \"DISABLE\"}}}}";
        assertThat(read("security.istio.io", "PeerAuthentication", twice).problem())
                .isEqualTo("spec.portLevelMtls[1] is given twice");
    }

    /** Nothing below them reaches, whatever it is. */
    @Test
    void inertFieldsMayBeAnything() throws IOException {
        ObjectReach reach = virtualService("""
                {"http": [{"retries": "many", "corsPolicy": [1], "timeout": {"a": "b"}, "timeout": 1,
                           "match": [{"name": 80, "statPrefix": [3]}]}]}""");
        assertThat(reach.problem()).isNull();
        assertThat(written(reach)).isEmpty();
    }

    @Test
    void numbersAndBooleansAreValuesToo() throws IOException {
        assertThat(shown(virtualService("{\"hosts\": [1, true, 2.50]}")))
                .containsExactly("spec.hosts[0]=1", "spec.hosts[1]=true", "spec.hosts[2]=2.50");
    }

    @Test
    void fieldsOfANewerReleaseAreNoted() throws IOException {
        ObjectReach reach = virtualService("""
                {"hostz": ["a"], "http": [{}, {"retries": {"host": "x"}, "route": [{"destination": {"hostname": {"a": 1}}}]}],
                 "gateways": ["g"]}""");
        assertThat(reach.unclassified())
                .containsExactly(
                        "spec.hostz", "spec.http[1].retries.host", "spec.http[1].route[0].destination.hostname");
        assertThat(shown(reach)).containsExactly("spec.gateways[0]=g");
        assertThat(reach.problem()).isNull();
    }

    @Test
    void atMostSoManyAreNoted() throws IOException {
        String fields = IntStream.range(0, 1_000)
                .mapToObj(i -> "\"" + "x".repeat(1_000) + i + "\": 1")
                .collect(Collectors.joining(", ", "{", "}"));
        assertThat(virtualService(fields).unclassified())
                .hasSize(ReachReader.MAX_UNCLASSIFIED)
                .allSatisfy(path -> assertThat(path).hasSizeLessThan(400));
    }

    @Test
    void aSubtreeIsOneValue() throws IOException {
        ObjectReach reach =
                envoyFilter("[{\"patch\": {\"value\": {\"a\": [1, {}]}}}, {\"applyTo\": \"CLUSTER\"}, null, 3]");
        assertThat(reach.leaves())
                .extracting(Leaf::path)
                .containsExactly("spec.configPatches[0]", "spec.configPatches[1]", "spec.configPatches[3]");
        assertThat(reach.leaves()).allSatisfy(leaf -> assertThat(leaf.value()).matches("sha256:[0-9a-f]{32}"));
        assertThat(reach.problem()).isNull();
    }

    @Test
    void subtreesThatDifferHaveDifferentValues() throws IOException {
        List<String> patches = List.of(
                "{\"a\": \"b\"}",
                "{\"a\": [\"b\"]}",
                "{\"ab\": \"\"}",
                "{\"a\": \"b\", \"c\": {}}",
                "{\"a\": {\"b\": {}}}",
                "{\"a\": 1}",
                "{\"a\": \"1\"}",
                "{\"a\": true}",
                "{\"a\": \"true\"}",
                "{\"a\": null}",
                "{}",
                "[]",
                "\"\"");
        ObjectReach reach = envoyFilter(String.join(", ", patches).transform(all -> "[" + all + "]"));
        assertThat(reach.leaves())
                .extracting(Leaf::value)
                .doesNotHaveDuplicates()
                .hasSize(patches.size());
        assertThat(envoyFilter("[ {\"a\" : \"b\"} ]").leaves().getFirst().value())
                .isEqualTo(reach.leaves().getFirst().value());
    }

    @Test
    void moreThanCanBeJudgedIsAProblem() throws IOException {
        String most = hosts(ReachReader.MAX_LEAVES);
        assertThat(virtualService(most).problem()).isNull();
        assertThat(written(virtualService(most))).hasSize(ReachReader.MAX_LEAVES);
        ObjectReach more = virtualService(hosts(ReachReader.MAX_LEAVES * 3));
        assertThat(written(more)).hasSize(ReachReader.MAX_LEAVES);
        assertThat(more.problem())
                .isEqualTo("spec.hosts[40000] is one more than the 40000 fields of an object that can be judged");
    }

    @Test
    void keysThatNoLabelHasAreAProblem() throws IOException {
        String key = "k".repeat(400);
        assertThat(read(
                                "security.istio.io",
                                "PeerAuthentication",
                                "{\"spec\": {\"portLevelMtls\": {\"" + key + "\": {}}}}")
                        .problem())
                .isEqualTo("spec.portLevelMtls has a key of more than 317 characters");
        assertThat(read(
                                "gateway.networking.k8s.io",
                                "Gateway",
                                "{\"spec\": {\"infrastructure\": {\"labels\": {\"" + key + "\": \"x\"}}}}")
                        .problem())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"spec\": {\"http\": [{", "{\"spec\": {\"hosts\": [\"a\", ", "{\"spec\": {\"http\": [{]}}"})
    void whatIsNoJsonIsNotTakenForAnObject(String object) {
        assertThatThrownBy(() -> read("networking.istio.io", "VirtualService", object))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void ofItemsOfOtherNamesIsLeftWhatRowsOfAnyItemAreAbout() throws IOException {
        ObjectReach reach = pod("""
                {"containers": [
                  {"name": "app", "image": "a", "env": [{"name": "istio-proxy", "value": "v"}]},
                  {"image": "b", "env": [{"name": "istio-proxy", "value": "v"}], "name": "app-2"},
                  {"image": "c"}, {}, null,
                  {"name": "istio-proxy", "image": "d", "env": [{"name": "A", "value": "v"}]},
                  {"image": "e", "env": [{"value": "v", "name": "A"}], "name": "istio-proxy"},
                  {"image": "f", "name": "istio-init"}],
                 "initContainers": [{"image": "g", "name": "istio-init"}, {"image": "h", "name": "app"}]}""");
        assertThat(shown(reach))
                .containsExactly(
                        "spec.containers[0].env[0].name=istio-proxy",
                        "spec.containers[0].env[0].value=v",
                        "spec.containers[1].env[0].name=istio-proxy",
                        "spec.containers[1].env[0].value=v",
                        "spec.containers[5].name=istio-proxy",
                        "spec.containers[5].image=d",
                        "spec.containers[5].env[0].name=A",
                        "spec.containers[5].env[0].value=v",
                        "spec.containers[6].image=e",
                        "spec.containers[6].env[0].value=v",
                        "spec.containers[6].env[0].name=A",
                        "spec.containers[6].name=istio-proxy",
                        "spec.initContainers[0].image=g",
                        "spec.initContainers[0].name=istio-init");
        assertThat(reach.root().leaves()).isEqualTo(reach.leaves());
        assertThat(reach.problem()).isNull();
    }

    @Test
    void whatIsWrongWithItemsOfOtherNamesIsNoProblem() throws IOException {
        String tooLong = "x".repeat(20_000);
        assertThat(pod("{\"containers\": [{\"image\": {}, \"name\": \"app\"}, {\"name\": \"app\", \"image\": \""
                                + tooLong + "\"}, {\"image\": \"" + tooLong + "\", \"name\": \"app\"}]}")
                        .problem())
                .isNull();
        assertThat(pod("{\"containers\": [{\"image\": {}, \"name\": \"istio-proxy\"}]}")
                        .problem())
                .isEqualTo("spec.containers[0].image is not a single value");
        assertThat(pod("{\"containers\": [\"istio-proxy\"]}").problem())
                .isEqualTo("spec.containers[0] is not an object");
    }

    /** Whoever reads the last name that is given twice must not see another item than we do. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"app\", \"image\": \"a\", \"name\": \"istio-proxy\"}",
                "{\"name\": \"istio-proxy\", \"image\": \"a\", \"name\": \"app\"}",
                "{\"image\": \"a\", \"name\": \"app\", \"name\": \"istio-proxy\"}"
            })
    void aSecondNameIsAProblem(String container) throws IOException {
        assertThat(pod("{\"containers\": [" + container + "]}").problem())
                .isEqualTo("spec.containers[0].name is given twice");
    }

    @Test
    void longVariablesAreKnownByTheirDigest() throws IOException {
        ObjectReach reach =
                pod("{\"containers\": [{\"name\": \"istio-proxy\", \"env\": [{\"name\": \"A\", \"value\": \""
                        + "x".repeat(20_000) + "\"}]}]}");
        assertThat(reach.problem()).isNull();
        assertThat(reach.leaves(Reach.PROXY_ENVIRONMENT))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.value()).startsWith("sha256:"));
    }

    @Test
    void tooManyFieldsAreAProblemWhateverTheItemIsCalled() throws IOException {
        String arguments = "\"a\",".repeat(ReachReader.MAX_LEAVES) + "\"a\"";
        assertThat(pod("{\"containers\": [{\"args\": [" + arguments + "], \"name\": \"istio-proxy\"}]}")
                        .problem())
                .contains("one more than");
        assertThat(pod("{\"containers\": [{\"name\": \"app\", \"args\": [" + arguments + "]}]}")
                        .problem())
                .isNull();
    }

    private static ObjectReach pod(String spec) throws IOException {
        return read("", "Pod", "{\"spec\": " + spec + "}");
    }

    @Test
    void depthIsTheParsersAffair() throws IOException {
        String deep = "[".repeat(900) + "]".repeat(900);
        assertThat(virtualService("{\"x\": " + deep + ", \"hosts\": [" + deep + "]}")
                        .problem())
                .isEqualTo("spec.hosts[0] is not a single value");
        assertThat(envoyFilter("[" + deep + "]").leaves()).hasSize(1);
    }

    /** Twice as much must not take four times as long; the bound is generous, for other work goes on beside. */
    @Test
    void timeGrowsWithSizeOnly() throws IOException {
        String route =
                "{\"match\": [{\"uri\": {\"prefix\": \"/a\"}}], \"route\": [{\"destination\": {\"host\": \"h\"}}]}";
        String routes = "{\"http\": [" + (route + ",").repeat(4_999) + route + "]}";
        String patch = "[{\"patch\": {\"value\": {\"a\": \"" + "x".repeat(1_500_000) + "\"}}}]";
        String wide = "[{\"patch\": {\"value\": [" + "{\"a\":[]},".repeat(150_000) + "1]}}]";
        long start = System.nanoTime();
        assertThat(written(virtualService(routes))).hasSize(10_000);
        assertThat(envoyFilter(patch).leaves()).hasSize(1);
        assertThat(envoyFilter(wide).leaves()).hasSize(1);
        assertThat(virtualService(hosts(300_000)).problem()).isNotNull();
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }

    private static String hosts(int count) {
        return "{\"hosts\": [" + "\"a\",".repeat(count - 1) + "\"a\"]}";
    }

    /** Without what fields mean that are missing. */
    private static List<Leaf> written(ObjectReach reach) {
        return reach.leaves().stream().filter(leaf -> !leaf.isUnset()).toList();
    }

    private static List<String> shown(ObjectReach reach) {
        return written(reach).stream()
                .map(leaf -> leaf.path() + "=" + leaf.value())
                .toList();
    }

    private static ObjectReach virtualService(String spec) throws IOException {
        return read("networking.istio.io", "VirtualService", "{\"spec\": " + spec + "}");
    }

    private static ObjectReach envoyFilter(String configPatches) throws IOException {
        return read("networking.istio.io", "EnvoyFilter", "{\"spec\": {\"configPatches\": " + configPatches + "}}");
    }

    private static ObjectReach read(String group, String kind, String object) throws IOException {
        try (JsonParser parser = JSON.createParser(object)) {
            return read(ReachTableTest.kind(group, kind), parser);
        }
    }

    static ObjectReach read(KindTable kind, JsonParser parser) throws IOException {
        ReachReader reader = new ReachReader(kind);
        parser.nextToken();
        String name;
        while ((name = parser.nextFieldName()) != null) {
            parser.nextToken();
            reader.field(name, parser);
        }
        return reader.result();
    }
}
