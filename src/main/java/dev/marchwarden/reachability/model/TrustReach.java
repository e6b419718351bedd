package dev.marchwarden.reachability.model;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.reachability.objects.Part;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the paths that trust between meshes opens: whether they insist on a certificate, and whose. */
public final class TrustReach {
    private static final Set<String> OPEN = Set.of("PERMISSIVE", "DISABLE");
    /** All but UNSET, which is as if it were not there; what is open is told by itself. */
    private static final Set<String> TOLD = Set.of("STRICT", "PERMISSIVE", "DISABLE");

    private static final String MODE = "spec.mtls.mode";

    private final ModelContext look;
    /** Those without a selector, by namespace. */
    private final Map<String, List<Part>> wide;

    private final Map<String, Usergroup> firstOf = new HashMap<>();
    private final Set<Usergroup> sharing = new HashSet<>();

    public TrustReach(ModelContext look) {
        this.look = look;
        this.wide = look.objects().of("security.istio.io/PeerAuthentication").stream()
                .filter(TrustReach::isWide)
                .collect(Collectors.groupingBy(Part::namespace));
    }

    public boolean sharesRoot(Usergroup usergroup) {
        return sharing.contains(usergroup);
    }

    public void look() {
        narrow();
        wide.forEach((namespace, policies) -> look.meshes().reading(namespace).stream()
                .flatMap(mesh -> oldest(policies, mesh).stream())
                .forEach(policy -> mode(policy.at(MODE))));
        look.meshes().all().forEach(this::meshWide);
        for (Mesh mesh : look.meshes().all()) {
            if (!mesh.config().path("caCertificates").isEmpty() && mesh.source() != null) {
                look.open(
                        PathKind.MORE_ROOTS,
                        Scope.ANYONE,
                        Scope.usergroup(mesh.name()),
                        mesh.source().at("data.mesh").link("caCertificates"));
            }
        }
        look.objects().of("/ConfigMap").stream()
                .filter(map -> map.manifest().name().equals(IstioNames.ROOT_CONFIG_MAP))
                .sorted(Comparator.comparingInt((Part map) -> look.sides().isSystem(map.namespace()) ? 0 : 1))
                .forEach(this::root);
    }

    private static boolean isWide(Part policy) {
        return policy.at("spec.selector.matchLabels").isEmpty();
    }

    /**
     * One with a selector comes before those without, and alone speaks of ports, but not in the root namespace, where it is nothing
     * (pilot/pkg/security/authn/policy_applier.go ComposePeerAuthentication).
     */
    private void narrow() {
        for (Part policy : look.objects().of("security.istio.io/PeerAuthentication")) {
            if (!isWide(policy)
                    && look.meshes().reading(policy).stream()
                            .anyMatch(mesh -> !mesh.rootNamespace().equals(policy.namespace()))) {
                mode(policy.at(MODE));
                policy.entries("spec.portLevelMtls").forEach(port -> mode(port.at("mode")));
            }
        }
    }

    private void mode(Part mode) {
        if (OPEN.contains(mode.text())) {
            look.open(PathKind.MODE, Scope.ANYONE, look.sides().configured(mode.namespace()), mode.link());
        }
    }

    /** Of a namespace's policies without a selector the oldest counts; UNSET is as if it were not there (the same). */
    private static Optional<Part> oldest(List<Part> policies, Mesh mesh) {
        return policies.stream()
                .filter(mesh::reads)
                .min(Comparator.<Part, String>comparing(policy -> policy.text("metadata.creationTimestamp"))
                        .thenComparing(policy -> policy.manifest().name()));
    }

    /** The one that speaks for the whole mesh. */
    public Optional<Part> meshPolicy(Mesh mesh) {
        String root = mesh.rootNamespace();
        return oldest(wide.getOrDefault(root, List.of()), mesh)
                .filter(policy -> look.meshes().reading(root).contains(mesh))
                .map(policy -> policy.at(MODE));
    }

    private void meshWide(Mesh mesh) {
        Part mode = meshPolicy(mesh).orElse(null);
        String root = mesh.rootNamespace();
        String none = "none for revision " + mesh.revision();
        ChainLink missing = new ChainLink("PeerAuthentication " + root, MODE, "", none);
        boolean told = mode != null || look.objects().tellsOf(root);
        if (told && (mode == null || !TOLD.contains(mode.text()))) {
            Scope to = Scope.usergroup(mesh.name());
            look.open(PathKind.NOT_STRICT, Scope.ANYONE, to, mode == null ? missing : mode.link());
        }
    }

    /** The roots that istiod tells everybody (pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go). */
    private void root(Part configMap) {
        Set<String> keys = look.objects().rootKeys(configMap);
        Usergroup owner = look.tenancy().systemNamespaceOwner(configMap.namespace());
        if (owner == null) {
            told(configMap, keys);
            return;
        }
        if (keys.isEmpty()) {
            sharing.add(owner);
            look.open(
                    PathKind.UNREADABLE_ROOT,
                    Scope.ANY_MESH,
                    Scope.usergroup(owner.name()),
                    rootOf(configMap, "no certificate that can be read"));
        }
        for (String key : keys) {
            Usergroup first = firstOf.putIfAbsent(key, owner);
            if (first != null && !first.equals(owner)) {
                sharing.addAll(List.of(first, owner));
                shared(first, owner);
                shared(owner, first);
            }
        }
    }

    /** With a root in common a peer is refused only for its trust domain. */
    private void shared(Usergroup from, Usergroup to) {
        Part its = look.objects().configMap(to.systemNamespace(), IstioNames.ROOT_CONFIG_MAP);
        Part theirs = look.objects().configMap(from.systemNamespace(), IstioNames.ROOT_CONFIG_MAP);
        boolean believed = of(to).stream().anyMatch(mesh -> of(from).stream().anyMatch(mesh::believes));
        if (believed && its != null && theirs != null) {
            look.open(
                    PathKind.SHARED_ROOT,
                    Scope.usergroup(from.name()),
                    Scope.usergroup(to.name()),
                    rootOf(its, "a root of both"),
                    rootOf(theirs, "a root of both"));
        }
    }

    private List<Mesh> of(Usergroup usergroup) {
        return look.meshes().all().stream()
                .filter(mesh -> mesh.usergroup().equals(usergroup))
                .toList();
    }

    /** What a member's workloads are told to believe. */
    private void told(Part member, Set<String> keys) {
        String name = look.sides().usergroup(member.namespace());
        Usergroup usergroup = name == null ? null : look.tenancy().usergroup(name);
        if (usergroup == null) {
            return;
        }
        Part own = look.objects().configMap(usergroup.systemNamespace(), IstioNames.ROOT_CONFIG_MAP);
        if (own == null || keys.isEmpty() || !look.objects().rootKeys(own).containsAll(keys)) {
            Scope from = keys.stream()
                    .map(firstOf::get)
                    .filter(owner -> owner != null && !owner.equals(usergroup))
                    .findFirst()
                    .map(owner -> Scope.usergroup(owner.name()))
                    .orElse(Scope.ANYONE);
            look.open(
                    PathKind.ROOT,
                    from,
                    Scope.namespace(member.namespace()),
                    rootOf(member, own == null ? "of a mesh that is not known" : "another than its mesh's"));
        }
    }

    private static ChainLink rootOf(Part configMap, String value) {
        return configMap.entry("data", "root-cert.pem").link(value);
    }
}
