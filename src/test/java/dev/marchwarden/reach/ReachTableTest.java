package dev.marchwarden.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachTableTest {
    /** Kubernetes' own kinds, of which there is no inventory: WorkloadTableTest, CoreRulesTest. */
    private static final Set<String> UNLISTED = Set.of("workloads.table", "core.table");

    private static final String VIRTUAL_SERVICE = """
            group networking.istio.io
            kind VirtualService served v1 v1beta1
            """;

    @Test
    void everyFieldIsClassified() throws IOException {
        assertThat(Completeness.faults(Inventory.shipped(), ReachTable.shipped()))
                .as("fields of test-fixtures/fields against src/main/resources/dev/marchwarden/reach")
                .isEmpty();
    }

    /** "inert" is a claim about Istio's source: each such row cites the file, or says that it is unsure. */
    @Test
    void everyInertRowCitesItsSource() {
        List<String> bare = ReachTable.shippedTexts().entrySet().stream()
                .flatMap(table -> table.getValue().lines().map(line -> table.getKey() + ":" + line))
                .filter(line -> line.matches(".*\\sinert(\\s.*)?"))
                .filter(line -> !line.matches(".*\\sinert\\s+#.*(\\w\\.go\\b|\\bunsure\\b).*"))
                .toList();
        assertThat(bare)
                .as("inert rows whose comment names no file of Istio's and does not say unsure")
                .isEmpty();
    }

    /** Whatever row of spec is lost, its paths are named. */
    @TestFactory
    Stream<DynamicTest> noRowCanBeLost() throws IOException {
        Inventory inventory = Inventory.shipped();
        return ReachTable.shippedTexts().entrySet().stream()
                .filter(table -> !UNLISTED.contains(table.getKey()))
                .map(table -> DynamicTest.dynamicTest(
                        table.getKey(),
                        () -> eachRowIsMissed(
                                inventory,
                                table.getKey(),
                                table.getValue().lines().toList())));
    }

    private static void eachRowIsMissed(Inventory inventory, String name, List<String> lines) {
        String kind = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String first = line.strip().split(" ")[0];
            kind = first.equals("kind") ? line.split(" ")[1] : kind;
            // The row of one key is an exception from that of the map, which has the leaf: singleKeysThatReach.
            if (!line.startsWith("  spec.") || first.matches(".*\\{[^}].*")) {
                continue;
            }
            List<String> without = new ArrayList<>(lines);
            without.remove(i);
            String lost = PathPattern.expand(first).getFirst().replace(".**", "");
            assertThat(faultsWith(inventory, name, String.join("\n", without)))
                    .as("without line %d of %s", i + 1, name)
                    .anyMatch(contains(kind + " " + lost));
        }
    }

    private static Predicate<String> contains(String text) {
        return fault -> fault.contains(text);
    }

    @Test
    void aNewFieldIsAskedFor() throws IOException {
        Inventory inventory = Inventory.shipped();
        inventory.leaves("networking.istio.io Sidecar").put("spec.egress[].proxyTo", "string");
        assertThat(Completeness.faults(inventory, ReachTable.shipped()))
                .containsExactly("networking.istio.io Sidecar spec.egress[].proxyTo: no row");
    }

    @Test
    void aFieldThatIsGoneIsNoticed() throws IOException {
        Inventory inventory = Inventory.shipped();
        inventory.leaves("networking.istio.io Sidecar").remove("spec.egress[].hosts[]");
        assertThat(Completeness.faults(inventory, ReachTable.shipped()))
                .containsExactly("networking.istio.io Sidecar spec.egress[].hosts[]: a row without a leaf");
    }

    @Test
    void newKindsAndVersionsAreAskedFor() throws IOException {
        List<String> lines = List.of(
                "networking.istio.io/v1,v2 Sidecar (sidecars, Namespaced)",
                "  spec.hops[] string",
                "networking.istio.io/v2 Hop (hops, Cluster)");
        Inventory inventory = Inventory.of(lines);
        assertThat(Completeness.faults(inventory, ReachTable.shipped()))
                .contains(
                        "networking.istio.io Sidecar: served [v1, v2], the table has "
                                + sidecar().versions(),
                        "networking.istio.io Sidecar spec.hops[]: no row",
                        "networking.istio.io Hop: no table",
                        "security.istio.io PeerAuthentication: a kind that the inventory does not have");
    }

    @Test
    void everyKindJudgesItsOwnRevision() {
        assertThat(ReachTable.shipped().kinds())
                .filteredOn(KindTable::complete)
                .allSatisfy(kind -> assertThat(kind.rows())
                        .anySatisfy(row -> assertThat(row.path()).isEqualTo("metadata.labels{istio.io/rev}")));
    }

    /** No inventory asks for rows of single keys, so they are named here. */
    @ParameterizedTest
    @CsvSource({
        "VirtualService, spec.http[].headers.request.set{host}",
        "VirtualService, spec.http[].headers.request.set{:authority}",
        "VirtualService, spec.http[].headers.request.add{host}",
        "VirtualService, spec.http[].headers.request.add{:authority}",
        "VirtualService, spec.http[].route[].headers.request.set{host}",
        "VirtualService, spec.http[].route[].headers.request.set{:authority}",
        "VirtualService, spec.http[].route[].headers.request.add{host}",
        "VirtualService, spec.http[].route[].headers.request.add{:authority}",
        "ServiceEntry, metadata.labels{istio.io/use-waypoint-namespace}",
        "ServiceEntry, metadata.labels{istio.io/use-waypoint-canary-namespace}",
        "WorkloadEntry, metadata.labels{istio.io/use-waypoint-namespace}",
        "WorkloadEntry, metadata.labels{istio.io/use-waypoint-canary-namespace}",
        "WorkloadGroup, spec.metadata.labels{istio.io/rev}",
        "WorkloadGroup, spec.metadata.labels{istio.io/use-waypoint-namespace}",
        "WorkloadGroup, spec.metadata.labels{istio.io/use-waypoint-canary-namespace}",
        "Gateway, metadata.annotations{internal.istio.io/parent-namespace}",
        "Gateway, metadata.labels{topology.istio.io/network}",
        "Gateway, spec.listeners[].tls.options{gateway.istio.io/listener-protocol}",
        "Gateway, spec.infrastructure.labels{istio.io/rev}",
        "Gateway, spec.infrastructure.annotations{proxy.istio.io/config}",
        "Gateway, spec.infrastructure.annotations{proxy.istio.io/overrides}",
        "Gateway, spec.infrastructure.annotations{inject.istio.io/templates}",
        "Gateway, spec.infrastructure.annotations{sidecar.istio.io/bootstrapOverride}",
        "Gateway, spec.infrastructure.annotations{sidecar.istio.io/userVolume}",
        "Gateway, spec.infrastructure.annotations{sidecar.istio.io/userVolumeMount}",
        "Gateway, spec.infrastructure.annotations{sidecar.istio.io/proxyImage}",
        "Gateway, spec.infrastructure.annotations{sidecar.istio.io/discoveryAddress}",
        "ListenerSet, metadata.labels{topology.istio.io/network}",
        "ListenerSet, spec.listeners[].tls.options{gateway.istio.io/listener-protocol}",
    })
    void singleKeysThatReach(String kind, String path) {
        assertThat(ReachTable.shipped().kinds())
                .filteredOn(table -> table.kind().equals(kind))
                .flatMap(KindTable::rows)
                .filteredOn(row -> row.reach().crosses())
                .extracting(ReachRow::path)
                .contains(path);
    }

    @Test
    void guardsItsGroupsAndNoOther() {
        ReachTable table = ReachTable.shipped();
        assertThat(table.guards("security.istio.io")).isTrue();
        assertThat(table.guards("gateway.networking.x-k8s.io")).isTrue();
        assertThat(table.guards("")).isFalse();
        assertThat(table.guards("istio.io")).isFalse();
        assertThat(table.find("networking.istio.io", "HTTPRoute")).isNull();
        assertThat(table.find("nothing", "HTTPRoute")).isNull();
    }

    /** Two groups have a kind of this name, and one kind is of no namespace. */
    @Test
    void kindsAreFoundByGroup() {
        KindTable istio = kind("networking.istio.io", "Gateway");
        KindTable kubernetes = kind("gateway.networking.k8s.io", "Gateway");
        assertThat(istio.versions()).containsExactlyInAnyOrder("v1", "v1beta1", "v1alpha3");
        assertThat(kubernetes.versions()).containsExactlyInAnyOrder("v1", "v1beta1");
        assertThat(istio.clusterScoped()).isFalse();
        assertThat(kind("gateway.networking.k8s.io", "GatewayClass").clusterScoped())
                .isTrue();
    }

    @Test
    void alternativesAreWrittenOut() {
        assertThat(PathPattern.expand("spec.(|a[].)b.(c|d{x/y})"))
                .containsExactly("spec.b.c", "spec.b.d{x/y}", "spec.a[].b.c", "spec.a[].b.d{x/y}");
    }

    @Test
    void mistakesAreNamedByLine() {
        mistake("  spec.hosts[]  hots", "t:3: no such reach: hots");
        mistake("  spec.hosts[]", "t:3: expected a path and a reach");
        mistake("spec.hosts[] inert", "t:3: expected \"group G\"");
        mistake("  spec.(a|b  inert", "t:3: no ) after (");
        mistake("  spec.a  inert\n  spec.a  host", "t: kind VirtualService: spec.a has a row already");
        mistake("  spec.a  inert\n  spec.a.b  host", "t: kind VirtualService: spec.a has a row already");
        mistake("  spec.a.**  inert\n  spec.a.b  host", "t: kind VirtualService: spec.a.** has a row already");
        mistake("  spec.a.b  inert\n  spec.a.**  host", "t: kind VirtualService: spec.a.** has a row already");
        mistake("  spec.a.b  inert\n  spec.a[]  host", "t: kind VirtualService: [] stands where");
        mistake("  spec.a{}  inert\n  spec.a[]  host", "t: kind VirtualService: [] stands where");
        mistake("  spec.a[y].b  inert\n  spec.a[x].c  host", "t: kind VirtualService: [x] stands where");
        mistake("  @pod", "t:3: expected \"@NAME\"");
        mistake("  spec.a  inert\nrows pod\n  spec.b  host\n  @pod", "t:6: expected \"@NAME\"");
    }

    private static void mistake(String rows, String message) {
        assertThatThrownBy(() -> ReachTable.of(Map.of("t", VIRTUAL_SERVICE + rows)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static List<String> faultsWith(Inventory inventory, String name, String text) {
        return Completeness.faults(inventory.of(name.replace(".table", "")), ReachTable.of(Map.of(name, text)));
    }

    private static KindTable sidecar() {
        return kind("networking.istio.io", "Sidecar");
    }

    static KindTable kind(String group, String name) {
        KindTable kind = ReachTable.shipped().find(group, name);
        assertThat(kind).as(group + " " + name).isNotNull();
        return Objects.requireNonNull(kind);
    }
}
