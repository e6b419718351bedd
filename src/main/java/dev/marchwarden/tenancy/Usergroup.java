package dev.marchwarden.tenancy;

import java.util.List;
import java.util.Map;

/**
 * A tenant and the control plane that serves it.
 *
 * @param name the value of the usergroup label on its namespaces
 * @param systemNamespace the namespace its control plane runs in
 * @param revisions what its istiods inject and validate for; the first is the one a new member gets
 * @param tags revision tag to the revision it stands for
 * @param owners may add and remove member namespaces
 * @param meshAdmins may do what owners may, and write raw proxy configuration and the system namespace
 * @param isolation whether its own namespaces are apart too
 * @param gatewayClass the GatewayClass that its istiods serve
 * @param externalHosts DNS names outside the cluster that it may serve
 */
public record Usergroup(
        String name,
        String systemNamespace,
        List<String> revisions,
        Map<String, String> tags,
        Subjects owners,
        Subjects meshAdmins,
        Isolation isolation,
        String gatewayClass,
        ExternalHosts externalHosts) {
    public Usergroup {
        if (revisions.isEmpty()) {
            throw new IllegalArgumentException("usergroup " + name + " has no revision (expected: at least one)");
        }
        revisions = List.copyOf(revisions);
        tags = Map.copyOf(tags);
    }

    /** As the file has it that says nothing of a gateway class or of external hosts. */
    public Usergroup(
            String name,
            String systemNamespace,
            List<String> revisions,
            Map<String, String> tags,
            Subjects owners,
            Subjects meshAdmins,
            Isolation isolation) {
        this(
                name,
                systemNamespace,
                revisions,
                tags,
                owners,
                meshAdmins,
                isolation,
                defaultGatewayClass(name),
                ExternalHosts.any());
    }

    /** A usergroup with the defaults of the tenancy file: everything is called as itself, and nobody owns it. */
    public static Usergroup named(String name) {
        return new Usergroup(
                name, name, List.of(name), Map.of(), Subjects.NOBODY, Subjects.NOBODY, Isolation.USERGROUP);
    }

    static String defaultGatewayClass(String name) {
        return "istio-" + name;
    }

    /** In the order of their names. */
    public List<String> tagsOf(String revision) {
        return tags.entrySet().stream()
                .filter(tag -> tag.getValue().equals(revision))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    public String defaultRevision() {
        return revisions.getFirst();
    }

    /**
     * To whom its control plane exports Services, VirtualServices and DestinationRules that have no {@code exportTo}: {@code .}, the own
     * namespace, where its namespaces are isolated, because bootstrap sets {@code defaultServiceExportTo},
     * {@code defaultVirtualServiceExportTo} and {@code defaultDestinationRuleExportTo} of its mesh so; else {@code *}, Istio's own default.
     */
    public String defaultExportTo() {
        return isolation == Isolation.NAMESPACE ? "." : "*";
    }

    Usergroup ownedAlsoBy(String user) {
        return new Usergroup(
                name,
                systemNamespace,
                revisions,
                tags,
                owners.with(user),
                meshAdmins,
                isolation,
                gatewayClass,
                externalHosts);
    }
}
