package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.IstioVersion;
import dev.marchwarden.istio.DiscoverySelectors;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.kubernetes.ObjectMetadata;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One istiod that there is, a usergroup's or not.
 *
 * @param deployment whose pods it is
 * @param mesh its mesh configuration; missing where there is none that can be read
 */
record Istiod(Deployment deployment, JsonNode mesh) {
    static final String CONTAINER = "discovery";

    /** @param configMap whose {@code mesh} it reads (istio-discovery/templates/configmap.yaml); null where there is none */
    static Istiod of(Deployment deployment, @Nullable ConfigMap configMap) {
        String mesh = configMap == null ? "" : configMap.getData().getOrDefault("mesh", "");
        return new Istiod(deployment, YamlTrees.orMissing(mesh));
    }

    String namespace() {
        return ObjectMetadata.namespace(deployment);
    }

    String revision() {
        return ObjectMetadata.label(deployment, MeshLabels.REVISION);
    }

    String name() {
        return namespace() + "/" + ObjectMetadata.name(deployment);
    }

    /** Whether it reads what is in a namespace. */
    boolean discovers(Map<String, String> namespaceLabels) {
        return DiscoverySelectors.of(mesh).discovers(namespaceLabels);
    }

    /** What istiod itself takes where nothing is set. */
    String trustDomain() {
        return mesh.path("trustDomain").asText("cluster.local");
    }

    String rootNamespace() {
        return mesh.path("rootNamespace").asText(namespace());
    }

    int replicas() {
        return Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
    }

    int readyReplicas() {
        DeploymentStatus status = deployment.getStatus();
        return status == null ? 0 : Objects.requireNonNullElse(status.getReadyReplicas(), 0);
    }

    /** Empty where it has none. */
    String image() {
        return Objects.requireNonNullElse(container().getImage(), "");
    }

    /** By the tag of its image; empty where that is none. */
    Optional<IstioVersion> version() {
        return Images.version(image());
    }

    /** Null where it has no such variable. */
    @Nullable
    EnvVar variable(String name) {
        return Containers.variable(container(), name);
    }

    /** The value of an argument of its command line; the last one counts. */
    Optional<String> argument(String name) {
        List<String> words = Stream.concat(container().getCommand().stream(), container().getArgs().stream())
                .toList();
        Optional<String> found = Optional.empty();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith(name + "=")) {
                found = Optional.of(words.get(i).substring(name.length() + 1));
            } else if (words.get(i).equals(name)) {
                found = Optional.of(i + 1 < words.size() ? words.get(i + 1) : "");
            }
        }
        return found;
    }

    Map<String, String> podLabels() {
        return deployment.getSpec().getTemplate().getMetadata().getLabels();
    }

    /** One without anything where there is none; others may be beside it. */
    Container container() {
        List<Container> all = deployment.getSpec().getTemplate().getSpec().getContainers();
        return Objects.requireNonNullElseGet(Containers.named(all, CONTAINER), Container::new);
    }
}
