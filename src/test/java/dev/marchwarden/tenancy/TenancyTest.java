package dev.marchwarden.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a tenancy made in code refuses; files are {@link TenancyFileTest}'s. */
class TenancyTest {
    @Test
    void refusesUsergroupsThatShareAnything() {
        assertRefused("name", usergroup("a", "s1", "r1", "t1"), usergroup("a", "s2", "r2", "t2"));
        assertRefused("system namespace", usergroup("a", "s1", "r1", "t1"), usergroup("b", "s1", "r2", "t2"));
        assertRefused("revision", usergroup("a", "s1", "r1", "t1"), usergroup("b", "s2", "r1", "t2"));
        assertRefused("tag", usergroup("a", "s1", "r1", "t1"), usergroup("b", "s2", "r2", "t1"));
        assertRefused("tag", usergroup("a", "s1", "r1", "t1"), usergroup("b", "s2", "r2", "r1"));
    }

    @Test
    void refusesUsergroupsThatShareAGatewayClass() {
        Usergroup first = Usergroup.named("a");
        Usergroup second = new Usergroup(
                "b",
                "b",
                List.of("b"),
                Map.of(),
                Subjects.NOBODY,
                Subjects.NOBODY,
                Isolation.USERGROUP,
                "istio-a",
                ExternalHosts.any());
        assertRefused("gateway class", first, second);
    }

    /** Bootstrap configures the control plane so, and the rules read a missing exportTo by it. */
    @Test
    void exportsToItsOwnNamespaceByDefaultWhereNamespacesAreIsolated() {
        assertThat(Usergroup.named("a").defaultExportTo()).isEqualTo("*");
        assertThat(new Usergroup(
                                "a", "a", List.of("a"), Map.of(), Subjects.NOBODY, Subjects.NOBODY, Isolation.NAMESPACE)
                        .defaultExportTo())
                .isEqualTo(".");
    }

    @Test
    void refusesAUsergroupWithoutRevision() {
        assertThatThrownBy(() -> new Usergroup(
                        "a", "a", List.of(), Map.of(), Subjects.NOBODY, Subjects.NOBODY, Isolation.USERGROUP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
    }

    @Test
    void keepsItsRangesWithAnotherOwner() throws Exception {
        Tenancy tenancy = TenancyCorpus.parse(TenancyCorpus.good("cluster-ranges"));
        assertThat(tenancy.ownedAlsoBy("alice").clusterRanges()).isEqualTo(tenancy.clusterRanges());
        assertThat(Tenancy.of(tenancy.usergroups()).clusterRanges()).isEmpty();
    }

    private static void assertRefused(String what, Usergroup first, Usergroup second) {
        assertThatThrownBy(() -> Tenancy.of(List.of(first, second)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(what + " \"");
    }

    private static Usergroup usergroup(String name, String systemNamespace, String revision, String tag) {
        return new Usergroup(
                name,
                systemNamespace,
                List.of(revision),
                Map.of(tag, revision),
                Subjects.NOBODY,
                Subjects.NOBODY,
                Isolation.USERGROUP);
    }
}
