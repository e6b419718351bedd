package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.kubernetes.ObjectMetadata;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sidecar, or the gateway's proxy, of a pod: what the injector stamped, and where the proxy turns to because of it
 * (istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml, pkg/kube/inject/webhook.go).
 *
 * @param revision of the annotation {@code istio.io/rev}; empty where there is none
 * @param stampedRevision of {@code sidecar.istio.io/status}; empty where there is none
 * @param authority {@code HOST:PORT} that signs its certificate; empty for its own istiod
 * @param discovery {@code HOST:PORT} that it has its configuration from; empty where the mesh's default holds
 * @param image of the proxy
 * @param isNative whether it is an init container that goes on running
 */
public record Proxy(
        String revision, String stampedRevision, String authority, String discovery, String image, boolean isNative) {
    private static final String CONTAINER = IstioNames.PROXY_CONTAINER;
    private static final String STATUS = IstioAnnotations.SIDECAR_STATUS;

    /** Null for a pod without one. */
    static @Nullable Proxy of(Pod pod) {
        Container classic = Containers.named(pod.getSpec().getContainers(), CONTAINER);
        Container container =
                classic == null ? Containers.named(pod.getSpec().getInitContainers(), CONTAINER) : classic;
        if (container == null) {
            return null;
        }
        return new Proxy(
                ObjectMetadata.annotation(pod, MeshLabels.REVISION),
                YamlTrees.orMissing(ObjectMetadata.annotation(pod, STATUS))
                        .path("revision")
                        .asText(),
                Containers.value(Containers.variable(container, "CA_ADDR")),
                discovery(pod, container),
                Objects.requireNonNullElse(container.getImage(), ""),
                classic == null);
    }

    /**
     * What the agent goes by: its variable, and over that the pod's annotation, which it reads when it starts (istio: pilot/cmd/pilot-agent/config). The
     * text itself where it cannot be read.
     */
    private static String discovery(Pod pod, Container container) {
        String discovery = "";
        for (String text : new String[] {
            Containers.value(Containers.variable(container, "PROXY_CONFIG")),
            ObjectMetadata.annotation(pod, IstioAnnotations.PROXY_CONFIG)
        }) {
            JsonNode config = YamlTrees.orMissing(text);
            if (!text.isBlank() && !config.isObject()) {
                return text;
            }
            discovery = config.path("discoveryAddress").asText(discovery);
        }
        return discovery;
    }

    /** {@code 1.30.3}; the tag as it is where it is no version. */
    public String version() {
        return Images.title(image);
    }
}
