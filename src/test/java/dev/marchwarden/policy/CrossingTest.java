package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewEncoder;
import dev.marchwarden.policy.Crossings.Crossing;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.reach.ReachRow;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.reach.Specimens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No field that reaches is overlooked: for each row of the tables an object that crosses by this field alone is denied, by the rule that
 * is about it and by no other, and one that is like it but stays inside passes without a word.
 */
class CrossingTest {
    private static final Set<Reach> IDENTITIES =
            Set.of(Reach.PRINCIPAL, Reach.SOURCE_NAMESPACE, Reach.SERVICE_ACCOUNT, Reach.TRUST_DOMAIN, Reach.CONDITION);
    private static final User TENANT = NamespaceTable.user("team-red");

    private static final Border X = new Border("between usergroups", "red-app", Crossings.betweenUsergroups());
    private static final Border N = new Border("between namespaces", "sealed-app", Crossings.betweenNamespaces());
    private static final Crossings FROM_NOWHERE = Crossings.fromNowhere();

    private static Policy policy;
    private static Namespaces namespaces;

    private record Border(String name, String namespace, Crossings crossings) {
        Crossings crossings(KindTable kind) {
            return kind.clusterScoped() ? FROM_NOWHERE : crossings;
        }
    }

    @BeforeAll
    static void cluster() throws Exception {
        policy = NamespaceTable.policy("default");
        namespaces = NamespaceTable.cluster("default", policy);
    }

    /** Pods and the like have rules and tests of their own. */
    private static Stream<KindTable> kinds() {
        return ReachTable.shipped().kinds().stream().filter(KindTable::complete);
    }

    @Test
    void everyReachThatCrossesHasValuesThatDo() {
        Set<String> without = new TreeSet<>();
        for (Border border : List.of(X, N)) {
            kinds().forEach(kind -> kind.rows().stream()
                    .filter(row -> row.reach().crosses())
                    .filter(row -> border.crossings(kind).of(row.reach()).isEmpty())
                    .forEach(row -> without.add(row.reach() + " of " + kind + " " + row.path() + ", " + border.name)));
        }
        assertThat(without).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> betweenUsergroups() {
        return tests(X);
    }

    @TestFactory
    Stream<DynamicTest> betweenNamespaces() {
        return tests(N);
    }

    private static Stream<DynamicTest> tests(Border border) {
        List<DynamicTest> tests = new ArrayList<>();
        kinds().forEach(kind -> kind.rows().stream()
                .filter(row -> row.reach().crosses())
                .forEach(row -> new TreeSet<>(kind.versions())
                        .forEach(version -> tests.add(DynamicTest.dynamicTest(
                                kind.kind() + " " + version + " " + row, () -> decides(border, kind, version, row))))));
        return tests.stream();
    }

    private static void decides(Border border, KindTable kind, String version, ReachRow row) {
        for (Crossing crossing : border.crossings(kind).of(row.reach())) {
            Map<String, String> beside = beside(border, kind, row, crossing.beside());
            ObjectNode across = Specimens.of(kind, version, row, border.namespace, crossing.across(), beside);
            Outcome outcome = decide(across, TENANT);
            if (row.negated()) {
                passes(outcome, across);
                continue;
            }
            assertThat(outcome.verdict())
                    .as("%s", across)
                    .isEqualTo(row.reach() == Reach.TLS_TARGET ? Verdict.WARNED : Verdict.DENIED);
            assertThat(outcome.findings().findings())
                    .as("%s", across)
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.violation().rule()).isEqualTo(crossing.rule());
                        assertThat(finding.violation().path()).isEqualTo(Specimens.concrete(row));
                    });
            assertThat(new String(ReviewEncoder.encode(outcome), StandardCharsets.US_ASCII))
                    .contains(crossing.rule() + ": " + Specimens.concrete(row) + " is ");
            String inside = crossing.inside();
            if (inside != null) {
                Map<String, String> besideInside = beside(border, kind, row, crossing.besideInside());
                ObjectNode twin = Specimens.of(kind, version, row, border.namespace, inside, besideInside);
                passes(decide(twin, TENANT), twin);
            }
        }
    }

    /** What the reach asks for, siblings of the case, and where namespaces are apart an export that is not everybody's. */
    private static Map<String, String> beside(
            Border border, KindTable kind, ReachRow row, Map<String, String> siblings) {
        Map<String, String> beside = new HashMap<>(Specimens.companions(row));
        siblings.forEach((field, value) -> beside.put(Specimens.sibling(row, field), value));
        boolean exports = kind.rows().stream().anyMatch(other -> other.reach() == Reach.EXPORT);
        if (border.equals(N) && exports && row.reach() != Reach.EXPORT) {
            beside.put("spec.exportTo[]", ".");
        }
        return beside;
    }

    private static void passes(Outcome outcome, ObjectNode object) {
        assertThat(outcome.problem()).as("%s", object).isNull();
        assertThat(outcome.findings().findings()).as("%s", object).isEmpty();
        assertThat(outcome.verdict()).as("%s", object).isEqualTo(Verdict.ALLOWED);
    }

    private static Outcome decide(ObjectNode object, User user) {
        return ObjectReview.of(null, object, user).decide(policy, namespaces, Rights.TENANCY_ONLY);
    }

    /** Proxy configuration is a matter of who writes it. */
    @Test
    void meshAdminsWriteWhatProxiesRun() {
        kinds().forEach(kind -> kind.rows().stream()
                .filter(row -> row.reach() == Reach.PROXY_CODE)
                .forEach(row -> kind.versions().forEach(version -> {
                    ObjectNode object = Specimens.of(kind, version, row, "red-app", "anything");
                    passes(decide(object, NamespaceTable.user("mesh-red")), object);
                    passes(decide(object, NamespaceTable.user("root")), object);
                    assertThat(decide(object, NamespaceTable.user("team-blue")).verdict())
                            .isEqualTo(Verdict.DENIED);
                })));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DENY", "AUDIT", "CUSTOM"})
    void whatShutsOutNamesWhomItLikes(String action) {
        KindTable kind = kinds().filter(table -> table.kind().equals("AuthorizationPolicy"))
                .findFirst()
                .orElseThrow();
        List<ReachRow> rows = kind.rows().stream()
                .filter(row -> IDENTITIES.contains(row.reach()))
                .toList();
        assertThat(rows).hasSizeGreaterThan(8);
        for (Border border : Arrays.asList(X, N)) {
            for (ReachRow row : rows) {
                for (Crossing crossing : border.crossings.of(row.reach())) {
                    Map<String, String> beside = beside(border, kind, row, crossing.beside());
                    beside.put("spec.action", action);
                    ObjectNode object = Specimens.of(kind, "v1", row, border.namespace, crossing.across(), beside);
                    passes(decide(object, TENANT), object);
                }
            }
        }
    }
}
