package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.marchwarden.certificates.RootBundle;
import dev.marchwarden.istio.IstioNames;
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
            istiods.add(RunningIstiod.of(Istiod.of(object, MissingNode.getInstance()), name));
        } else if (type.equals("v1/ConfigMap") && name.equals(IstioNames.ROOT_CONFIG_MAP)) {
            RootBundle.parse(object.at("/data/root-cert.pem").asText())
                    .ifPresent(root -> roots.put(ObjectMetadata.namespace(object), root));
        }
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
