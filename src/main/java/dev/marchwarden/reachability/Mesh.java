package dev.marchwarden.reachability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.json.Yaml;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one istiod goes by: its mesh configuration where the ConfigMap is known, else that which bootstrap writes (pkg/config/mesh;
 * istio-discovery/templates/configmap.yaml).
 *
 * @param source the ConfigMap; null where the configuration is assumed
 */
record Mesh(
        Usergroup usergroup,
        String revision,
        NamespaceMatch discovers,
        JsonNode config,
        @Nullable Manifest source) {
    static Mesh of(Usergroup usergroup, String revision, Tenancy tenancy, @Nullable Manifest configMap) {
        JsonNode config = configMap == null ? MissingNode.getInstance() : parse(configMap);
        List<JsonNode> selectors = new ArrayList<>();
        if (configMap == null) {
            selectors.add(JsonNodeFactory.instance
                    .objectNode()
                    .set(
                            "matchLabels",
                            JsonNodeFactory.instance.objectNode().put(tenancy.usergroupLabel(), usergroup.name())));
        } else {
            config.path("discoverySelectors").forEach(selectors::add);
        }
        return new Mesh(usergroup, revision, new NamespaceMatch(selectors), config, configMap);
    }

    /** What is no YAML discovers everything. */
    private static JsonNode parse(Manifest configMap) {
        try {
            return Yaml.MAPPER.readTree(configMap.object().at("/data/mesh").asText());
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    String name() {
        return usergroup.name();
    }

    String rootNamespace() {
        return config.path("rootNamespace").asText(usergroup.systemNamespace());
    }

    /** Whether it reads an object: by the object's own label, in which tags do not count (pkg/config/model.go LabelsInRevision). */
    boolean reads(Manifest object) {
        JsonNode label = object.object().at("/metadata/labels").path(MeshLabels.REVISION);
        return label.isMissingNode() || label.asText().equals(revision);
    }

    /** To whom what has no exportTo is shown (pilot/pkg/model/push_context.go initDefaultExportMaps). */
    String defaultExport(String field) {
        if (source == null) {
            return usergroup.defaultExportTo();
        }
        JsonNode found = config.path(field);
        return found.isEmpty() ? "*" : found.size() == 1 ? found.get(0).asText() : "*";
    }

    String trustDomain() {
        return config.path("trustDomain").asText(source == null ? usergroup.name() : "cluster.local");
    }

    boolean believes(String trustDomain) {
        return trustDomain().equals(trustDomain)
                || config.path("trustDomainAliases")
                        .valueStream()
                        .anyMatch(alias -> alias.asText().equals(trustDomain));
    }
}
