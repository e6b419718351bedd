package dev.marchwarden.reachability.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.marchwarden.istio.DiscoverySelectors;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.LabelSelector;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.reachability.objects.Part;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one istiod: its mesh configuration where the ConfigMap is known, else that which bootstrap writes (pkg/config/mesh;
 * istio-discovery/templates/configmap.yaml).
 *
 * @param config missing where it cannot be read: then it discovers everything
 * @param source the ConfigMap; null where the configuration is assumed
 */
public record Mesh(
        Usergroup usergroup,
        String revision,
        DiscoverySelectors selectors,
        JsonNode config,
        @Nullable Part source) {
    static Mesh of(Usergroup usergroup, String revision, Tenancy tenancy, ClusterObjects objects) {
        Part source = objects.configMap(usergroup.systemNamespace(), IstioNames.meshConfigMap(revision));
        if (source == null || source.at("data.mesh").isMissing()) {
            LabelSelector own = LabelSelector.of(tenancy.usergroupLabel(), usergroup.name());
            return new Mesh(usergroup, revision, new DiscoverySelectors(List.of(own)), MissingNode.getInstance(), null);
        }
        JsonNode config = objects.settings(source);
        return new Mesh(usergroup, revision, DiscoverySelectors.of(config), config, source);
    }

    public String name() {
        return usergroup.name();
    }

    boolean discovers(Map<String, String> labels) {
        return selectors.discovers(labels);
    }

    public String rootNamespace() {
        return config.path("rootNamespace").asText(usergroup.systemNamespace());
    }

    /**
     * Whether it reads an object of a namespace that it reads: by the object's own label, in which tags do not count (pkg/config/model.go LabelsInRevision), and
     * which counts neither for Kubernetes' own kinds nor for Gateways of the Gateway API (pilot/pkg/config/kube/gateway/controller.go buildClient).
     */
    boolean reads(Part object) {
        Part label = object.entry("metadata.labels", MeshLabels.REVISION);
        String group = object.manifest().group();
        boolean counts = group.endsWith(".istio.io")
                || (group.equals("gateway.networking.k8s.io")
                        && !object.manifest().kind().equals("Gateway"));
        return label.isMissing() || !counts || label.text().equals(revision);
    }

    private String trustDomain() {
        return config.path("trustDomain").asText("cluster.local");
    }

    /** Whether it takes certificates of another's trust domain, if it believes the root (pilot/pkg/features/security.go). */
    boolean believes(Mesh peer) {
        return source == null
                || peer.source == null
                || trustDomain().equals(peer.trustDomain())
                || config.path("trustDomainAliases")
                        .valueStream()
                        .anyMatch(alias -> alias.asText().equals(peer.trustDomain()));
    }
}
