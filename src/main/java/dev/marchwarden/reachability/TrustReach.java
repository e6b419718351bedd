package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.certificates.RootBundle;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whom the proxies of a mesh believe: whether they insist on a certificate, and whose. */
final class TrustReach {
    private static final Set<String> OPEN = Set.of("PERMISSIVE", "DISABLE");
    private static final String ROOT_FIELD = "data[root-cert.pem]";

    private final Tenancy tenancy;
    private final ClusterObjects objects;
    private final Sides sides;
    private final Meshes meshes;
    private final List<Fact> facts;

    TrustReach(Tenancy tenancy, ClusterObjects objects, Sides sides, Meshes meshes, List<Fact> facts) {
        this.tenancy = tenancy;
        this.objects = objects;
        this.sides = sides;
        this.meshes = meshes;
        this.facts = facts;
    }

    void look(Consumer<Opening> found) {
        peerAuthentications(found);
        roots(found);
        for (Mesh mesh : meshes.all()) {
            if (!mesh.config().path("caCertificates").isEmpty() && mesh.source() != null) {
                found.accept(new Opening(
                        Scope.ANYONE,
                        Scope.usergroup(mesh.name()),
                        List.of(ChainLink.of(
                                mesh.source(), objects.namespace(mesh.source()), "data.mesh", "caCertificates")),
                        null,
                        "every certificate of these roots is believed (pkg/config/mesh; spiffe.NewPeerCertVerifier)"));
            }
        }
    }

    /**
     * Of a namespace's policies without a selector the oldest counts. One with a selector comes before it, and alone speaks of ports, but not in the root
     * namespace, where it is nothing. UNSET is as if it were not there (pilot/pkg/security/authn/policy_applier.go ComposePeerAuthentication).
     */
    private void peerAuthentications(Consumer<Opening> found) {
        Map<String, List<Manifest>> wide = new HashMap<>();
        for (Manifest policy : objects.of("security.istio.io/PeerAuthentication")) {
            String namespace = objects.namespace(policy);
            List<Mesh> readers = meshes.reading(policy, namespace);
            if (readers.isEmpty()) {
                continue;
            }
            if (isWide(policy)) {
                wide.computeIfAbsent(namespace, all -> new ArrayList<>()).add(policy);
            } else if (readers.stream().anyMatch(mesh -> !mesh.rootNamespace().equals(namespace))) {
                judge(policy, namespace, found);
            }
        }
        wide.forEach((namespace, policies) -> {
            for (Mesh mesh : meshes.reading(namespace)) {
                oldest(policies, mesh).ifPresent(policy -> judge(policy, namespace, found));
            }
        });
        for (Mesh mesh : meshes.all()) {
            String system = mesh.usergroup().systemNamespace();
            meshWide(mesh, oldest(wide.getOrDefault(system, List.of()), mesh).orElse(null), found);
        }
    }

    private static Optional<Manifest> oldest(List<Manifest> policies, Mesh mesh) {
        return policies.stream()
                .filter(mesh::reads)
                .min(Comparator.<Manifest, String>comparing(policy -> policy.object()
                                .at("/metadata/creationTimestamp")
                                .asText())
                        .thenComparing(Manifest::name));
    }

    private void meshWide(Mesh mesh, @Nullable Manifest policy, Consumer<Opening> found) {
        String system = mesh.usergroup().systemNamespace();
        String mode =
                policy == null ? "" : policy.object().at("/spec/mtls/mode").asText();
        String statement = "proxies of usergroup " + mesh.name() + ", revision " + mesh.revision()
                + ", take nothing but mutual TLS";
        if (mode.equals("STRICT") && policy != null) {
            facts.add(new Fact("strict", statement, true, "PeerAuthentication " + system + "/" + policy.name()));
        } else if (policy == null && !objects.tellsOf(system)) {
            facts.add(new Fact(
                    "strict", statement, false, "nothing of namespace " + system + " is known; verify: strict"));
        } else if (!OPEN.contains(mode)) {
            ChainLink missing = policy == null
                    ? new ChainLink(
                            "PeerAuthentication " + system,
                            "spec.mtls.mode",
                            "",
                            "none for revision " + mesh.revision())
                    : ChainLink.of(policy, system, "spec.mtls.mode", mode);
            found.accept(new Opening(
                    Scope.ANYONE,
                    Scope.usergroup(mesh.name()),
                    List.of(missing),
                    RuleName.MTLS_DOWNGRADE,
                    "without STRICT for the mesh its proxies take plain text (PERMISSIVE is Istio's default)"));
        }
    }

    private static boolean isWide(Manifest policy) {
        return policy.object().at("/spec/selector/matchLabels").isEmpty();
    }

    private void judge(Manifest policy, String namespace, Consumer<Opening> found) {
        JsonNode spec = policy.object().path("spec");
        Scope to = sides.configured(namespace);
        List<ChainLink> links = new ArrayList<>();
        String mode = spec.at("/mtls/mode").asText();
        if (OPEN.contains(mode)) {
            links.add(ChainLink.of(policy, namespace, "spec.mtls.mode", mode));
        }
        spec.path("portLevelMtls").properties().forEach(port -> {
            String ofPort = port.getValue().path("mode").asText();
            if (!isWide(policy) && OPEN.contains(ofPort)) {
                links.add(ChainLink.of(policy, namespace, "spec.portLevelMtls[" + port.getKey() + "].mode", ofPort));
            }
        });
        for (ChainLink link : links) {
            found.accept(new Opening(
                    Scope.ANYONE,
                    to,
                    List.of(link),
                    RuleName.MTLS_DOWNGRADE,
                    "its workloads take plain text, which asks nobody for a certificate"));
        }
    }

    /**
     * Roots in the ConfigMaps that istiod writes. With a root in common a peer is refused only if its trust domain is not among the mesh's own and its
     * aliases (pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go; pilot/pkg/features/security.go).
     */
    private void roots(Consumer<Opening> found) {
        Map<String, Manifest> system = new LinkedHashMap<>();
        Map<String, Usergroup> firstOf = new HashMap<>();
        Set<Usergroup> sharing = new HashSet<>();
        List<Manifest> members = new ArrayList<>();
        for (Manifest configMap : objects.of("/ConfigMap")) {
            if (!configMap.name().equals(IstioNames.ROOT_CONFIG_MAP)) {
                continue;
            }
            Usergroup owner = tenancy.systemNamespaceOwner(objects.namespace(configMap));
            if (owner == null) {
                members.add(configMap);
                continue;
            }
            system.put(owner.name(), configMap);
            if (roots(configMap).isEmpty()) {
                sharing.add(owner);
                found.accept(new Opening(
                        Scope.ANY_MESH,
                        Scope.usergroup(owner.name()),
                        List.of(ChainLink.of(
                                configMap, objects.namespace(configMap), ROOT_FIELD, "no certificate that can be read")),
                        null,
                        "a root that cannot be read may be another mesh's"));
            }
            for (String root : roots(configMap)) {
                Usergroup first = firstOf.putIfAbsent(root, owner);
                if (first != null && !first.equals(owner)) {
                    sharing.addAll(List.of(first, owner));
                    shared(first, owner, system, found);
                    shared(owner, first, system, found);
                }
            }
        }
        for (Usergroup usergroup : tenancy.usergroups()) {
            if (sharing.contains(usergroup)) {
                continue;
            }
            boolean known = system.containsKey(usergroup.name());
            facts.add(new Fact(
                    "root",
                    "usergroup " + usergroup.name() + " signs with a root of its own",
                    known,
                    known
                            ? "ConfigMap " + usergroup.systemNamespace() + "/" + IstioNames.ROOT_CONFIG_MAP
                            : "verify: roots"));
        }
        members.forEach(member -> root(member, system, firstOf, found));
    }

    private void shared(Usergroup from, Usergroup to, Map<String, Manifest> system, Consumer<Opening> found) {
        List<Mesh> peers = meshes.all().stream()
                .filter(mesh -> mesh.usergroup().equals(from))
                .toList();
        boolean believed = meshes.all().stream()
                .filter(mesh -> mesh.usergroup().equals(to))
                .anyMatch(mesh -> mesh.source() == null
                        || peers.stream().anyMatch(peer -> peer.source() == null || mesh.believes(peer.trustDomain())));
        if (believed) {
            found.accept(new Opening(
                    Scope.usergroup(from.name()),
                    Scope.usergroup(to.name()),
                    List.of(rootLink(system, to), rootLink(system, from)),
                    null,
                    "both meshes believe one root, and nothing tells their trust domains apart"));
        }
    }

    private ChainLink rootLink(Map<String, Manifest> system, Usergroup usergroup) {
        Manifest configMap = Objects.requireNonNull(system.get(usergroup.name()));
        return ChainLink.of(configMap, objects.namespace(configMap), ROOT_FIELD, "a root of both");
    }

    /** What a member's workloads are told to believe. */
    private void root(
            Manifest member, Map<String, Manifest> system, Map<String, Usergroup> firstOf, Consumer<Opening> found) {
        String namespace = objects.namespace(member);
        String usergroup = sides.usergroup(namespace);
        Manifest own = usergroup == null ? null : system.get(usergroup);
        boolean isOwn = own != null
                && !roots(member).isEmpty()
                && roots(own).containsAll(roots(member));
        if (usergroup == null || isOwn) {
            return;
        }
        Scope from = roots(member).stream()
                .map(firstOf::get)
                .filter(Objects::nonNull)
                .filter(owner -> !owner.name().equals(usergroup))
                .map(owner -> Scope.usergroup(owner.name()))
                .findFirst()
                .orElse(Scope.ANYONE);
        found.accept(new Opening(
                from,
                Scope.namespace(namespace),
                List.of(ChainLink.of(
                        member,
                        namespace,
                        ROOT_FIELD,
                        own == null ? "of a mesh that is not known" : "another than its mesh's")),
                RuleName.FOREIGN_IDENTITY,
                "workloads here believe a root that is not known to be their mesh's"));
    }

    /** By key: the certificate of a root may be issued again. None where they cannot be read. */
    private static Set<String> roots(Manifest configMap) {
        return RootBundle.parse(configMap.object().path("data").path("root-cert.pem").asText())
                .map(RootBundle::keys)
                .orElse(Set.of());
    }
}
