package dev.marchwarden.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.policy.NamespaceState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changed step by step, a snapshot is what one made anew would be, and those it came from stay as they were. */
class NamespaceSnapshotTest {
    private static final List<String> USERGROUPS = List.of("", "red", "blue", "green");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void stepsLeadWhereAFreshOneIs(long seed) {
        Random random = new Random(seed);
        Map<String, NamespaceState> truth = new HashMap<>();
        NamespaceSnapshot snapshot = new NamespaceSnapshot(List.of(), "usergroup");
        for (int step = 0; step < 5_000; step++) {
            String name = "n" + random.nextInt(300);
            NamespaceSnapshot before = snapshot;
            Map<String, NamespaceState> truthBefore = step % 500 == 0 ? Map.copyOf(truth) : Map.of();
            if (random.nextInt(4) == 0) {
                truth.remove(name);
                snapshot = snapshot.without(name);
            } else {
                NamespaceState state = state(name, random);
                truth.put(name, state);
                snapshot = snapshot.with(state);
            }
            if (step % 500 == 0) {
                assertSame(before, truthBefore);
                assertSame(snapshot, truth);
            }
        }
        assertSame(snapshot, truth);
    }

    private static NamespaceState state(String name, Random random) {
        String usergroup = USERGROUPS.get(random.nextInt(USERGROUPS.size()));
        return new NamespaceState(
                name, usergroup.isEmpty() ? Map.of() : Map.of("usergroup", usergroup), random.nextInt(5) == 0);
    }

    private static void assertSame(NamespaceSnapshot snapshot, Map<String, NamespaceState> truth) {
        NamespaceSnapshot fresh = new NamespaceSnapshot(truth.values(), "usergroup");
        assertThat(snapshot.size()).isEqualTo(fresh.size()).isEqualTo(truth.size());
        for (int i = 0; i < 300; i++) {
            assertThat(snapshot.find("n" + i)).isEqualTo(truth.get("n" + i));
        }
        for (String usergroup : USERGROUPS) {
            for (String system : List.of("n1", "n2", "n3", "other")) {
                long live = truth.values().stream()
                        .filter(each -> usergroup.equals(each.label("usergroup")) && !each.terminating())
                        .filter(each -> !each.name().equals(system))
                        .count();
                assertThat(snapshot.liveMembers(usergroup, system)).isEqualTo((int) live);
                assertThat(fresh.liveMembers(usergroup, system)).isEqualTo((int) live);
            }
        }
    }
}
