package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.certificates.RootBundle;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What some objects, of a cluster or of files, show of the meshes: the istiods, and the root that a namespace is told. */
public final class ObservedMeshes {
    private final List<RunningIstiod> istiods = new ArrayList<>();
    private final Map<String, RootBundle> roots = new TreeMap<>();

    /** Takes note of a Deployment of istiod or a ConfigMap with a root certificate, and leaves any other object. */
    public void add(JsonNode object) {
        String type =
                object.path("apiVersion").asText() + "/" + object.path("kind").asText();
        String name = ObjectMetadata.name(object);
        if (type.equals("apps/v1/Deployment")
                && ObjectMetadata.label(object, "app").equals(IstioNames.ISTIOD)) {
            istiods.add(new RunningIstiod(
                    ObjectMetadata.namespace(object),
                    name,
                    ObjectMetadata.label(object, MeshLabels.REVISION),
                    Images.title(image(object))));
        } else if (type.equals("v1/ConfigMap") && name.equals(IstioNames.ROOT_CONFIG_MAP)) {
            RootBundle.parse(object.at("/data/root-cert.pem").asText())
                    .ifPresent(root -> roots.put(ObjectMetadata.namespace(object), root));
        }
    }

    /** As it is written: what a file has need not be a Deployment that an API server takes. */
    private static String image(JsonNode deployment) {
        return deployment
                .at("/spec/template/spec/containers")
                .valueStream()
                .filter(container -> container.path("name").asText().equals(Istiod.CONTAINER))
                .map(container -> container.path("image").asText())
                .findFirst()
                .orElse("");
    }

    /** In the order in which they were read. */
    public List<RunningIstiod> istiods() {
        return List.copyOf(istiods);
    }

    /** The fingerprints of the roots that a namespace is told, and the day when the first of them ends, in UTC. */
    public Optional<String> root(String namespace) {
        return Optional.ofNullable(roots.get(namespace))
                .map(root -> root.fingerprints() + ", until " + LocalDate.ofInstant(root.end(), ZoneOffset.UTC));
    }

    /** Whether some root of two namespaces has one key: certificates of the one's mesh are then valid in the other's. */
    public boolean shareRoot(String namespace, String other) {
        RootBundle its = roots.get(namespace);
        RootBundle theirs = roots.get(other);
        return its != null && theirs != null && its.shares(theirs);
    }
}
