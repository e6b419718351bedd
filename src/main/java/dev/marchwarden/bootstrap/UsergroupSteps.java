package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.SharedService;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The steps of one usergroup. What shuts others out comes before the istiods, so that there is no moment without it. */
public final class UsergroupSteps {
    /**
     * In the order of apply, after the system namespace; {@code remove} goes the other way. The first one is removed last, with the system
     * namespace: what was interrupted is found by it.
     */
    public static final List<UsergroupStep> ALL = List.of(
            UsergroupStep.template(
                    "network-policy",
                    "istiod-access",
                    "Only namespaces of the usergroup reach istiod: its CA signs for any service account of the cluster."),
            UsergroupStep.template(
                    "strict-mtls",
                    "strict",
                    "Workloads accept only mutual TLS; each istiod has its own root, so other meshes have no valid certificate."),
            UsergroupStep.objects("identities", "identities", "identities.yaml", UsergroupSteps::identities),
            UsergroupStep.objects(
                    "shared-services", UsergroupStep.AS_WRITTEN, "shared-service.yaml", UsergroupSteps::sharedServices),
            UsergroupStep.releases("istiod", "istiod", UsergroupSteps::istiods),
            UsergroupStep.objects("tag", "injector", "tag.yaml", UsergroupSteps::tags),
            UsergroupStep.objects("validator", "validator", "validator.yaml", UsergroupSteps::validators));

    private final Tenancy tenancy;
    private final Usergroup usergroup;
    private final List<ControlPlane> controlPlanes;
    private final List<String> members;
    private final Egress egress;
    private final Map<String, String> names;

    /**
     * @param controlPlanes its own, the default revision's first
     * @param members the namespaces whose identities are let in; empty for those of its trust domain
     */
    UsergroupSteps(
            Tenancy tenancy,
            Usergroup usergroup,
            List<ControlPlane> controlPlanes,
            List<String> members,
            Egress egress) {
        this.tenancy = tenancy;
        this.usergroup = usergroup;
        this.controlPlanes = controlPlanes;
        this.members = members;
        this.egress = egress;
        this.names = ControlPlanes.names(tenancy, usergroup);
    }

    Step namespace(JsonNode namespace) {
        return objects(
                "namespace",
                "The system namespace, labelled before its istiod starts: an istiod whose selectors do not match it reads no mesh-wide policy.",
                List.of(namespace));
    }

    List<Step> others() {
        return ALL.stream().flatMap(step -> step.of(this)).toList();
    }

    Step fromTemplate(String what, String purpose, String resource) {
        return objects(what, purpose, Template.all(resource, names));
    }

    private Stream<Step> istiods() {
        return controlPlanes.stream()
                .map(plane -> new Step.Release(
                        nameOf(plane.releaseName()),
                        "The istiod of revision " + plane.revision()
                                + ", which reads only the usergroup's namespaces, and signs with a root of its own.",
                        plane.release()));
    }

    private Stream<Step> tags() {
        return new TreeMap<>(usergroup.tags()).entrySet().stream().map(tag -> tag(tag.getKey(), tag.getValue()));
    }

    private Stream<Step> validators() {
        return Stream.of(objects(
                "validator",
                "Configuration of the usergroup's namespaces is validated by the istiod that reads it, not by another usergroup's.",
                controlPlanes.stream().map(this::validator).toList()));
    }

    private String nameOf(String what) {
        return usergroup.name() + "/" + what;
    }

    private Step objects(String what, String purpose, List<? extends JsonNode> objects) {
        return new Step.Objects(nameOf(what), purpose, List.copyOf(objects));
    }

    private Stream<Step> identities() {
        String purpose = members.isEmpty()
                ? "Workloads refuse identities of other trust domains. Clients without one, such as those of gateways, are not affected."
                : "Workloads refuse identities of other trust domains, and of namespaces that were no members when this was written.";
        ObjectNode policy = Template.one(
                "identities.yaml", with("trustDomain", controlPlanes.getFirst().trustDomain()));
        if (!members.isEmpty()) {
            ObjectNode source = policy.withArray("/spec/rules")
                    .addObject()
                    .withArray("/from")
                    .addObject()
                    .putObject("source");
            source.putArray("namespaces").add("*");
            ArrayNode closed = source.putArray("notNamespaces");
            members.stream().sorted().forEach(closed::add);
        }
        return Stream.of(objects("identities", purpose, List.of(policy)));
    }

    /** Where proxies let everything pass, they need not be told of any. */
    private Stream<Step> sharedServices() {
        List<ObjectNode> entries = egress == Egress.REGISTRY_ONLY
                ? tenancy.sharedServices().list().stream()
                        .flatMap(this::serviceEntries)
                        .toList()
                : List.of();
        return entries.isEmpty()
                ? Stream.empty()
                : Stream.of(objects(
                        "shared-services",
                        "Workloads reach the API server and the tenancy's shared services, which the control plane does not read.",
                        entries));
    }

    /** One for each host: the hosts of one entry share its endpoints. */
    private Stream<ObjectNode> serviceEntries(SharedService shared) {
        return shared.hosts().stream().map(host -> {
            String[] labels = host.split("\\.", 3);
            ObjectNode entry = Template.one("shared-service.yaml", with("service", labels[0] + "." + labels[1]));
            ObjectNode spec = entry.withObject("/spec");
            if (!shared.addresses().isEmpty()) {
                ArrayNode addresses = spec.putArray("addresses");
                shared.addresses().forEach(range -> addresses.add(range.toString()));
            }
            ArrayNode ports = spec.putArray("ports");
            shared.ports()
                    .forEach(port -> ports.addObject()
                            .put("number", port.number())
                            .put("name", port.name())
                            .put("protocol", port.protocol()));
            return entry;
        });
    }

    private Step tag(String tag, String revision) {
        ControlPlane plane = controlPlanes.stream()
                .filter(one -> one.revision().equals(revision))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("tag " + tag + " of no control plane"));
        Map<String, String> more = with("revision", revision);
        more.put("tag", tag);
        more.put("webhookName", ClusterNames.tagWebhook(usergroup, tag));
        more.put("reinvocationPolicy", plane.reinvocationPolicy());
        return objects(
                "tag-" + tag,
                "Namespaces with " + MeshLabels.REVISION + "=" + tag + " are injected by revision " + revision + ".",
                Template.all("tag.yaml", more));
    }

    /** The default revision's takes all but what another one alone reads: an object with that revision's label (istio: LabelsInRevision). */
    private JsonNode validator(ControlPlane plane) {
        ObjectNode validator = Template.one("validator.yaml", with("revision", plane.revision()));
        List<String> others = usergroup.revisions().stream()
                .filter(revision -> !revision.equals(usergroup.defaultRevision()))
                .toList();
        boolean isDefault = plane.revision().equals(usergroup.defaultRevision());
        if (!isDefault || !others.isEmpty()) {
            ObjectNode expression = validator
                    .withObject("/webhooks/0/objectSelector")
                    .putArray("matchExpressions")
                    .addObject();
            expression.put("key", MeshLabels.REVISION).put("operator", isDefault ? "NotIn" : "In");
            ArrayNode values = expression.putArray("values");
            (isDefault ? others : List.of(plane.revision())).forEach(values::add);
        }
        return validator;
    }

    private Map<String, String> with(String name, String value) {
        Map<String, String> more = new HashMap<>(names);
        more.put(name, value);
        return more;
    }
}
