package dev.marchwarden.reachability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.ObjectReview;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rules about labels as a relation, in which no step is left out up to a bound: from every combination of four labels, with up to five values each, to every
 * other, for a member, a system namespace, a protected one and one of nobody. What is admitted opens no path that was not open before. So by
 * induction no sequence of such writes does, however long.
 */
class BoundedLabelsTest {
    private static final Path ROOT = Path.of("test-fixtures/reachability");
    private static final List<String> NAMES = List.of("app-ns-1", "usergroup-1", "kube-system", "default");
    private static final List<String> USERGROUPS = List.of("", "usergroup-1", "usergroup-2", "usergroup-9");
    private static final List<String> REVISIONS =
            List.of("", "usergroup-1", "usergroup-1-stable", "usergroup-2", "nobody");
    private static final User OWNER = new User("owner-of-all", List.of("team-1", "team-2", "team-3"));

    /** @param namespace null where there is none */
    private record State(String name, @Nullable ObjectNode namespace, Set<String> ways, NamespaceSnapshot snapshot) {}

    private final Tenancy tenancy;
    private final List<Manifest> base;
    private final ClusterObjects objects;

    BoundedLabelsTest() throws Exception {
        tenancy = TenancyFile.read(ROOT.resolve("tenancy.yaml"));
        base = new ManifestReader(InputStream.nullInputStream()).read(List.of(ROOT.resolve("base.yaml")));
        objects = new ClusterObjects(base, "default", true);
    }

    @Test
    void noAdmittedStepOpensAnything() {
        assertThat(opened(new Policy(tenancy))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "UNPAIRED_LABELS",
                "UNKNOWN_USERGROUP",
                "UNKNOWN_REVISION",
                "REVISION_MISMATCH",
                "INJECTION_LABEL",
                "AMBIENT_MODE",
                "PROTECTED_NAMESPACE",
                "SYSTEM_NAMESPACE"
            })
    void eachRuleIsNeeded(RuleName rule) {
        assertThat(opened(OtherRules.without(rule, tenancy))).isNotEmpty();
    }

    /** Steps that are admitted without a warning and open a way; the first of each name is enough. */
    private List<String> opened(Policy policy) {
        List<String> opened = new ArrayList<>();
        for (String name : NAMES) {
            List<State> states = states(name);
            for (State before : states) {
                for (State after : states) {
                    if (after.namespace() != null && !before.ways().containsAll(after.ways())) {
                        if (isAdmitted(policy, before, after)) {
                            opened.add(before.namespace() + " -> " + after.namespace() + ": " + after.ways());
                            return opened;
                        }
                    }
                }
            }
        }
        return opened;
    }

    private List<State> states(String name) {
        List<State> states = new ArrayList<>();
        states.add(state(name, null));
        for (String usergroup : USERGROUPS) {
            for (String revision : REVISIONS) {
                for (String injection : List.of("", "enabled")) {
                    for (String mode : List.of("", "ambient")) {
                        ObjectNode namespace = JsonNodeFactory.instance.objectNode();
                        namespace.put("apiVersion", "v1").put("kind", "Namespace");
                        ObjectNode labels = namespace
                                .putObject("metadata")
                                .put("name", name)
                                .putObject("labels");
                        put(labels, "usergroup", usergroup);
                        put(labels, "istio.io/rev", revision);
                        put(labels, "istio-injection", injection);
                        put(labels, "istio.io/dataplane-mode", mode);
                        states.add(state(name, namespace));
                    }
                }
            }
        }
        return states;
    }

    private static void put(ObjectNode labels, String key, String value) {
        if (!value.isEmpty()) {
            labels.put(key, value);
        }
    }

    private State state(String name, @Nullable ObjectNode namespace) {
        List<Manifest> all = base.stream()
                .filter(manifest -> !manifest.isNamespace() || !manifest.name().equals(name))
                .filter(manifest -> namespace != null || !manifest.namespace().equals(name))
                .collect(Collectors.toCollection(ArrayList::new));
        if (namespace != null) {
            all.add(new Manifest("cluster", 1, namespace));
        }
        Set<String> ways = new HashSet<>();
        ReachabilityProof.of(tenancy, objects.with(all), false)
                .openings()
                .forEach(opening -> ways.add(opening.from() + " > " + opening.to()));
        return new State(name, namespace, ways, NamespaceSnapshot.of(all, tenancy.usergroupLabel()));
    }

    private static boolean isAdmitted(Policy policy, State before, State after) {
        ObjectReview review = ObjectReview.of(before.namespace(), after.namespace(), OWNER);
        review.request().put("namespace", after.name());
        Outcome outcome = review.decide(policy, before.snapshot(), Rights.TENANCY_ONLY);
        assertThat(outcome.verdict()).isNotEqualTo(Verdict.ERROR);
        return outcome.verdict() != Verdict.DENIED
                && outcome.findings().findings().isEmpty();
    }
}
