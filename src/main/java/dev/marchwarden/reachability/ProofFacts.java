package dev.marchwarden.reachability;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.reachability.model.Mesh;
import dev.marchwarden.reachability.model.ModelContext;
import dev.marchwarden.reachability.model.TrustReach;
import dev.marchwarden.reachability.model.WorkloadReach;
import dev.marchwarden.reachability.objects.Part;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What an answer rests on: what the objects say, and what they do not. */
final class ProofFacts {
    private final ModelContext look;
    private final TrustReach trust;
    private final WorkloadReach workloads;
    private final boolean networkPolicies;
    private final List<Fact> facts = new ArrayList<>();

    /**
     * @param trust once it has looked
     * @param workloads once it has looked
     */
    ProofFacts(ModelContext look, TrustReach trust, WorkloadReach workloads, boolean networkPolicies) {
        this.look = look;
        this.trust = trust;
        this.workloads = workloads;
        this.networkPolicies = networkPolicies;
    }

    List<Fact> all() {
        discovery();
        look.meshes().all().forEach(this::strict);
        look.tenancy().usergroups().forEach(this::root);
        workloads();
        gateways();
        assumptions();
        return facts;
    }

    private void discovery() {
        Set<Mesh> astray = new HashSet<>();
        for (String namespace : look.objects().namespaceNames()) {
            look.meshes().reading(namespace).stream()
                    .filter(mesh -> !mesh.name().equals(look.sides().usergroup(namespace)))
                    .forEach(astray::add);
        }
        for (Mesh mesh : look.meshes().all()) {
            Part source = mesh.source();
            if (!astray.contains(mesh)) {
                facts.add(new Fact(
                        "discovery",
                        "the istiod of revision " + mesh.revision() + " reads the namespaces of usergroup "
                                + mesh.name() + " alone",
                        source != null,
                        source == null ? "as bootstrap sets it up; verify: mesh-config" : name(source)));
            }
        }
    }

    private void strict(Mesh mesh) {
        String statement =
                "proxies of usergroup " + mesh.name() + ", revision " + mesh.revision() + ", accept only mutual TLS";
        String system = mesh.rootNamespace();
        Part mode = trust.meshPolicy(mesh).orElse(null);
        if (mode != null && mode.text().equals("STRICT")) {
            facts.add(new Fact("strict", statement, true, name(mode)));
        } else if (mode == null && !look.objects().tellsOf(system)) {
            facts.add(new Fact(
                    "strict", statement, false, "nothing of namespace " + system + " is known; verify: strict"));
        }
    }

    private void root(Usergroup usergroup) {
        if (!trust.sharesRoot(usergroup)) {
            Part told = look.objects().configMap(usergroup.systemNamespace(), IstioNames.ROOT_CONFIG_MAP);
            facts.add(new Fact(
                    "root",
                    "usergroup " + usergroup.name() + " signs with a root of its own",
                    told != null,
                    told == null ? "verify: roots" : name(told)));
        }
    }

    private void workloads() {
        int count = WorkloadReach.TEMPLATES.keySet().stream()
                .mapToInt(kind -> look.objects().of(kind).size())
                .sum();
        assumed("objects", look.objects().size() + " objects are all that matter", "what was read");
        facts.add(
                count == 0
                        ? new Fact(
                                "workloads",
                                "no pod opts out of its proxy, or has another",
                                false,
                                "no pod or template was read; verify: sidecars")
                        : new Fact(
                                "workloads",
                                count + " pods and templates were read, and what runs matches them",
                                true,
                                "pods and templates; for what runs, verify: sidecars"));
    }

    private void gateways() {
        int count = workloads.gateways();
        if (count > 0) {
            assumed(
                    "gateways",
                    (count == 1 ? "1 gateway of the Gateway API is" : count + " gateways of the Gateway API are")
                            + " as an istiod of the own usergroup deploys them",
                    "told by label and control plane; who may write such templates is for admission");
        }
    }

    private void assumptions() {
        assumed(
                "revisions",
                "each revision and tag is injected by the control plane that the tenancy names",
                "verify: injector, default-webhook");
        assumed(
                "narrowing",
                "AuthorizationPolicies and Sidecars block nothing",
                "the worst case: they only restrict, and a dry run not even that");
        assumed("signing", "an istiod signs only for workloads of its own usergroup", "verify: istiod-access");
        assumed(
                "system",
                "pods without a proxy in a system namespace belong to the control plane",
                "RBAC decides who may write there");
        assumed("keys", "no workload uses its proxy's key by itself", "not visible from outside the pod");
        assumed(
                "network",
                networkPolicies ? "NetworkPolicies are enforced" : "NetworkPolicies block nothing",
                networkPolicies ? "--network-policies" : "the worst case");
    }

    private void assumed(String name, String statement, String basis) {
        facts.add(new Fact(name, statement, false, basis));
    }

    private static String name(Part part) {
        return part.manifest().kind() + " " + part.namespace() + "/"
                + part.manifest().name();
    }
}
