package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.manifest.InvalidManifestException;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import io.fabric8.kubernetes.api.model.Namespace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command that works without a cluster has the cluster's namespaces from. */
final class KnownNamespaces {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Path STANDARD_INPUT = Path.of("-");

    @Option(
            names = "--namespaces",
            paramLabel = "FILE|DIR",
            description = "Namespaces of the cluster. A Namespace among the manifests replaces one of the same name.")
    private @Nullable List<Path> namespaces;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Reads the namespaces of this cluster, and nothing else of it.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Reads the namespaces of this context's cluster (default kubeconfig: $KUBECONFIG, then"
                    + " ~/.kube/config).")
    private @Nullable String context;

    /** Those of files last: they replace those of the cluster. */
    List<Manifest> read() {
        List<Manifest> known = new ArrayList<>();
        if (kubeconfig != null || context != null) {
            known.addAll(ofCluster());
        }
        if (namespaces != null) {
            known.addAll(InputFiles.manifests(namespaces));
        }
        return known;
    }

    private List<Manifest> ofCluster() {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        try (ClusterClient client = new ClusterClient(InputFiles.cluster(kubeconfig, context), DEADLINE)) {
            client.list(Kind.NAMESPACE, "", "", KnownNamespaces::manifest).forEach(items::add);
        } catch (ClusterException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", "v1").put("kind", "List").set("items", items);
        try {
            return new ManifestReader(new ByteArrayInputStream(list.toString().getBytes(StandardCharsets.UTF_8)))
                    .read(List.of(STANDARD_INPUT));
        } catch (InvalidManifestException | IOException e) {
            throw new Failure("the namespaces of the cluster cannot be read: " + e.getMessage(), e);
        }
    }

    /** What decisions look at. */
    private static ObjectNode manifest(Namespace namespace) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata =
                manifest.put("apiVersion", "v1").put("kind", "Namespace").putObject("metadata");
        metadata.put("name", namespace.getMetadata().getName());
        if (namespace.getMetadata().getDeletionTimestamp() != null) {
            metadata.put("deletionTimestamp", namespace.getMetadata().getDeletionTimestamp());
        }
        ObjectNode labels = metadata.putObject("labels");
        Map<String, String> its = namespace.getMetadata().getLabels();
        if (its != null) {
            its.forEach(labels::put);
        }
        return manifest;
    }
}
