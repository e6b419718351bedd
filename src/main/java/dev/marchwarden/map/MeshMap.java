package dev.marchwarden.map;

import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.verification.ObservedMeshes;
import dev.marchwarden.verification.RunningIstiod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The meshes of a tenancy, and what is in them.
 *
 * @param unassigned namespaces of no usergroup of the tenancy
 * @param strayIstiods those that the tenancy does not know: of another namespace, or of another revision
 * @param complete whether everything could be read and judged
 */
record MeshMap(
        Tenancy tenancy,
        List<Mesh> meshes,
        List<NamespaceState> unassigned,
        List<RunningIstiod> strayIstiods,
        List<Crossing> crossings,
        boolean complete) {
    /**
     * One usergroup.
     *
     * @param systemNamespace empty where it was not among what was read
     * @param root of its system namespace; empty where it was not among what was read
     * @param sharingRoot usergroups with the same root key
     * @param members its namespaces without the system namespace
     * @param judged how many objects in its namespaces were judged, Namespaces aside
     */
    record Mesh(
            Usergroup usergroup,
            Optional<NamespaceState> systemNamespace,
            List<Revision> revisions,
            String root,
            List<String> sharingRoot,
            List<NamespaceState> members,
            int judged) {}

    /**
     * A control plane.
     *
     * @param tags in the order of their names
     * @param version of Istio; empty where it was not among what was read
     */
    record Revision(String name, List<String> tags, String version) {}

    static MeshMap of(Findings findings, ObservedMeshes observed) {
        Tenancy tenancy = findings.tenancy();
        Map<String, List<NamespaceState>> byUsergroup = new HashMap<>();
        Map<String, NamespaceState> byName = new HashMap<>();
        List<NamespaceState> unassigned = new ArrayList<>();
        for (NamespaceState namespace : findings.namespaces()) {
            byName.put(namespace.name(), namespace);
            Usergroup owner = findings.owner(namespace.name());
            if (owner == null) {
                unassigned.add(namespace);
            } else if (tenancy.systemNamespaceOwner(namespace.name()) == null) {
                byUsergroup
                        .computeIfAbsent(owner.name(), name -> new ArrayList<>())
                        .add(namespace);
            }
        }
        List<Mesh> meshes = tenancy.usergroups().stream()
                .map(usergroup -> new Mesh(
                        usergroup,
                        Optional.ofNullable(byName.get(usergroup.systemNamespace())),
                        revisions(usergroup, observed),
                        observed.root(usergroup.systemNamespace()).orElse(""),
                        sharingRoot(usergroup, tenancy, observed),
                        byUsergroup.getOrDefault(usergroup.name(), List.of()),
                        findings.judgedOf(usergroup)))
                .toList();
        List<RunningIstiod> stray = observed.istiods().stream()
                .filter(istiod -> !isOf(tenancy.systemNamespaceOwner(istiod.namespace()), istiod))
                .toList();
        return new MeshMap(tenancy, meshes, unassigned, stray, findings.crossings(), findings.isComplete());
    }

    private static boolean isOf(@Nullable Usergroup usergroup, RunningIstiod istiod) {
        return usergroup != null && usergroup.revisions().contains(istiod.revision());
    }

    private static List<Revision> revisions(Usergroup usergroup, ObservedMeshes observed) {
        return usergroup.revisions().stream()
                .map(revision -> new Revision(
                        revision,
                        usergroup.tagsOf(revision),
                        observed.istiods().stream()
                                .filter(istiod -> istiod.namespace().equals(usergroup.systemNamespace()))
                                .filter(istiod -> istiod.revision().equals(revision))
                                .map(RunningIstiod::version)
                                .collect(Collectors.toCollection(TreeSet::new))
                                .stream()
                                .collect(Collectors.joining(", "))))
                .toList();
    }

    private static List<String> sharingRoot(Usergroup usergroup, Tenancy tenancy, ObservedMeshes observed) {
        return tenancy.usergroups().stream()
                .filter(other -> !other.equals(usergroup))
                .filter(other -> observed.shareRoot(usergroup.systemNamespace(), other.systemNamespace()))
                .map(Usergroup::name)
                .toList();
    }

    /** How many crossings there are in each namespace. */
    Map<String, Long> crossingsByNamespace() {
        return crossings.stream()
                .filter(crossing -> !crossing.namespace().isEmpty())
                .collect(Collectors.groupingBy(Crossing::namespace, Collectors.counting()));
    }

    /** How many crossings there are of objects of a usergroup; empty for those of none. */
    long crossingsFrom(String usergroup) {
        return crossings.stream()
                .filter(crossing -> Objects.equals(crossing.from(), usergroup))
                .count();
    }
}
