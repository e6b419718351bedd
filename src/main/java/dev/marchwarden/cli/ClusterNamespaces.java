package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.cluster.ClusterKinds;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.manifest.Manifest;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Namespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The namespaces of a cluster, for a command that reads nothing else of it. */
final class ClusterNamespaces {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String METADATA = "f:metadata";

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

    /** None where no cluster is named. */
    List<Manifest> read() {
        if (kubeconfig == null && context == null) {
            return List.of();
        }
        try (ClusterClient client = new ClusterClient(InputFiles.cluster(kubeconfig, context), DEADLINE)) {
            return of(client);
        } catch (ClusterException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    /** Every cluster has some: without any, all that is judged would be in namespaces of nobody. */
    static List<Manifest> of(ClusterClient client) throws ClusterException {
        List<Manifest> namespaces =
                client.list(Kind.NAMESPACE, "", "", namespace -> ClusterKinds.manifest(client, manifest(namespace)));
        if (namespaces.isEmpty()) {
            throw new Failure(client.server()
                    + ": no namespace (expected: those of a cluster; `kubectl get namespaces` lists them)");
        }
        return namespaces;
    }

    /** Null where there is none of this name. */
    static @Nullable Manifest find(ClusterClient client, String name) throws ClusterException {
        Namespace found = client.find(Kind.NAMESPACE, "", name);
        return found == null ? null : ClusterKinds.manifest(client, manifest(found));
    }

    /** What decisions look at, and who wrote it. */
    private static ObjectNode manifest(Namespace namespace) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata =
                manifest.put("apiVersion", "v1").put("kind", "Namespace").putObject("metadata");
        metadata.put("name", namespace.getMetadata().getName());
        metadata.put("uid", namespace.getMetadata().getUid());
        if (namespace.getMetadata().getDeletionTimestamp() != null) {
            metadata.put("deletionTimestamp", namespace.getMetadata().getDeletionTimestamp());
        }
        ObjectNode labels = metadata.putObject("labels");
        Map<String, String> its = namespace.getMetadata().getLabels();
        if (its != null) {
            its.forEach(labels::put);
        }
        ArrayNode writers = metadata.putArray("managedFields");
        namespace.getMetadata().getManagedFields().stream()
                .filter(ClusterNamespaces::hasLabels)
                .forEach(entry -> writers.addObject()
                        .put("manager", entry.getManager())
                        .putObject("fieldsV1")
                        .putObject(METADATA));
        return manifest;
    }

    private static boolean hasLabels(ManagedFieldsEntry entry) {
        return entry.getFieldsV1() != null
                && entry.getFieldsV1().getAdditionalProperties().get(METADATA) instanceof Map<?, ?> fields
                && fields.containsKey("f:labels");
    }
}
