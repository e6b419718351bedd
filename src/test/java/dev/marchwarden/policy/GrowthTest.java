package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.policy.Crossings.Crossing;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.reach.ReachRow;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.reach.Specimens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * An old mistake may shrink and never grow: for each row that crosses, and each field that decides how far it takes effect, a change of
 * that field one way makes the violation new, and the other way leaves it standing.
 */
class GrowthTest {
    private static final User TENANT = NamespaceTable.user("team-red");
    /** Of change, or of the author: there is no old mistake to compare with. */
    private static final Set<Reach> OTHERS =
            Set.of(Reach.PROXY_CODE, Reach.REVISION, Reach.REVISION_OR_TAG, Reach.TLS_TARGET);

    private static final String PARENT = "spec.parentRefs[].";

    private static Policy policy;
    private static Namespaces namespaces;

    /** What stands in a field before and after: the one goes further than the other. Null is nothing. */
    private record Pair(@Nullable String narrow, @Nullable String wide) {}

    @BeforeAll
    static void cluster() throws Exception {
        policy = NamespaceTable.policy("default");
        namespaces = NamespaceTable.cluster("default", policy);
    }

    @Test
    void thereAreMany() {
        assertThat(everyFieldThatDecidesHowFarOthersTakeEffect()).hasSizeGreaterThan(300);
    }

    @TestFactory
    Stream<DynamicTest> everyFieldThatDecidesHowFarOthersTakeEffect() {
        List<DynamicTest> tests = new ArrayList<>();
        for (KindTable kind : ReachTable.shipped().kinds()) {
            for (ReachRow row : kind.rows()) {
                if (!kind.complete()
                        || kind.clusterScoped()
                        || !row.reach().crosses()
                        || row.negated()
                        || OTHERS.contains(row.reach())) {
                    continue;
                }
                for (ReachRow beside : kind.rows()) {
                    Pair pair = isBeside(beside, row, kind) ? pair(beside) : null;
                    if (pair != null) {
                        tests.add(DynamicTest.dynamicTest(
                                kind.kind() + " " + row + ", " + beside, () -> grows(kind, row, beside, pair)));
                    }
                }
            }
        }
        return tests.stream();
    }

    private static void grows(KindTable kind, ReachRow row, ReachRow beside, Pair pair) {
        Crossing crossing = Crossings.betweenUsergroups().of(row.reach()).getFirst();
        ObjectNode narrow = object(kind, row, crossing, beside, pair.narrow);
        ObjectNode wide = object(kind, row, crossing, beside, pair.wide);
        assertThat(verdict(narrow, wide)).as("%s -> %s", narrow, wide).isEqualTo(Verdict.DENIED);
        assertThat(verdict(wide, narrow)).as("%s -> %s", wide, narrow).isEqualTo(Verdict.WARNED);
    }

    private static ObjectNode object(
            KindTable kind, ReachRow row, Crossing crossing, ReachRow beside, @Nullable String value) {
        Map<String, String> siblings = new HashMap<>(Specimens.companions(row));
        crossing.beside().forEach((field, text) -> siblings.put(Specimens.sibling(row, field), text));
        if (value != null) {
            siblings.put(beside.path(), value);
        }
        if (beside.path().startsWith(PARENT)) {
            siblings.putIfAbsent(PARENT + "name", "in"); // a parent without anything is none
        }
        return Specimens.of(kind, kind.versions().iterator().next(), row, "red-app", crossing.across(), siblings);
    }

    private static Verdict verdict(ObjectNode before, ObjectNode after) {
        Outcome outcome = ObjectReview.of(before, after, TENANT).decide(policy, namespaces, Rights.TENANCY_ONLY);
        assertThat(outcome.problem()).as("%s", after).isNull();
        return outcome.verdict();
    }

    private static @Nullable Pair pair(ReachRow row) {
        return switch (row.reach()) {
            case NARROWS, WORKLOAD_SELECTOR, GATEWAY_SELECTOR -> row.negated() ? null : new Pair("a", null);
            case DRY_RUN -> new Pair("true", null);
            case EXPORT -> new Pair(".", "*");
            case PERCENT -> row.negated() ? new Pair("90", "10") : new Pair("10", "90");
            case REVISION -> row.path().startsWith("metadata.") ? new Pair("red-1", null) : null;
            default -> null;
        };
    }

    /**
     * Whether a field stands on the way to another, and not in a list of things that take effect by themselves. Percentages of mirrors are
     * of mirrors alone.
     */
    private static boolean isBeside(ReachRow beside, ReachRow row, KindTable kind) {
        if (row.path().startsWith("metadata.") || beside.path().equals(row.path())) {
            return false;
        }
        if (beside.path().startsWith("metadata.")) {
            return true;
        }
        String common = common(beside.path(), row.path());
        String rest = beside.path().substring(common.length());
        if (beside.reach() == Reach.PERCENT && rest.startsWith("mirror")) {
            return !rest.startsWith("mirrors")
                    && row.path().substring(common.length()).startsWith("mirror.");
        }
        int end = rest.indexOf("[]");
        String top = common + rest.substring(0, end < 0 ? Math.max(0, rest.indexOf('.')) : end);
        return kind.rows().stream()
                .filter(other -> other.path().startsWith(top + (end < 0 ? "." : "[]")))
                .noneMatch(other -> top.length() > common.length() && isEffect(other.reach()));
    }

    private static boolean isEffect(Reach reach) {
        return Set.of(FieldRole.EFFECT, FieldRole.WEIGHT, FieldRole.MODE).contains(FieldRole.of(reach));
    }

    /** The objects that both are in. */
    private static String common(String one, String other) {
        int length = 0;
        for (int i = 0; i < Math.min(one.length(), other.length()) && one.charAt(i) == other.charAt(i); i++) {
            if (one.charAt(i) == '.') {
                length = i + 1;
            }
        }
        return one.substring(0, length);
    }
}
