package dev.marchwarden.reporting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.audit.AuditResult;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.kubernetes.ServedKinds;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The reports in a cluster: all have one name, and belong to the ClusterRole of that name, which is what permits to write them. The API server's
 * garbage collector deletes them when the role is deleted. Only what differs is written. Blocks the caller's thread.
 */
public final class LiveReports {
    private static final List<String> CONTENT = List.of("source", "scope", "summary", "results");

    private final ClusterClient client;
    private final ReportApi api;
    private final String name;

    /**
     * What was done.
     *
     * @param written reports made or changed
     * @param deleted reports of namespaces in which nothing was found
     * @param failed reports that are not as they should be
     * @param problem the first, in one line; empty where there is none
     */
    public record Written(int written, int deleted, int failed, String problem) {}

    /** A report that is there. */
    private record Seen(String namespace, boolean asWanted) {}

    /** @param name of the ClusterRole */
    public LiveReports(ClusterClient client, ReportApi api, String name) {
        this.client = client;
        this.api = api;
        this.name = name;
    }

    /**
     * Brings all reports up to date. One that cannot be written keeps no other from being written.
     *
     * @param may asked before each write: whether this process is still the one that writes
     */
    public Written write(AuditResult result, Instant ended, BooleanSupplier may) {
        Round round = new Round(may);
        try {
            requireServed();
            round.write(new AuditReports(api, name, owner(), result, ended), result);
        } catch (IOException e) {
            round.failed(String.valueOf(e.getMessage()));
        }
        return new Written(round.written, round.deleted, round.failed, round.problem);
    }

    private void requireServed() throws IOException {
        String group = api.namespaced().group();
        Set<String> served = new HashSet<>();
        ServedKinds.of(
                        client,
                        group,
                        each -> each.version().equals(api.namespaced().version()))
                .forEach(kind -> served.add(kind.apiVersion() + " " + kind.name()));
        for (Kind<?> kind : List.of(api.namespaced(), api.cluster())) {
            if (!served.contains(kind.apiVersion() + " " + kind.name())) {
                throw new IOException("the API server does not serve " + kind.apiVersion() + " " + kind.name()
                        + " (expected: its CustomResourceDefinition in the cluster, or no reports)");
            }
        }
    }

    /** As etcd has the role now. */
    private ObjectNode owner() throws IOException {
        ClusterRole role = client.find(Kind.CLUSTER_ROLE, "", name);
        if (role == null) {
            throw new IOException("there is no ClusterRole " + name + " (expected: the one that reports belong to)");
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "rbac.authorization.k8s.io/v1")
                .put("kind", "ClusterRole")
                .put("name", name)
                .put("uid", role.getMetadata().getUid());
    }

    private boolean isAsWanted(JsonNode live, ObjectNode wanted) {
        return isOurs(live)
                && CONTENT.stream().allMatch(field -> live.path(field).equals(wanted.path(field)))
                && wanted.at("/metadata/ownerReferences").equals(live.at("/metadata/ownerReferences"))
                && wanted.at("/metadata/labels")
                        .propertyStream()
                        .allMatch(label -> label.getValue()
                                .equals(live.at("/metadata/labels").path(label.getKey())));
    }

    private boolean isOurs(JsonNode live) {
        JsonNode owners = live.at("/metadata/ownerReferences");
        return owners.isEmpty()
                || owners.valueStream()
                        .anyMatch(each -> each.path("kind").asText().equals("ClusterRole")
                                && each.path("name").asText().equals(name));
    }

    /** One time that reports are brought up to date. */
    private final class Round {
        private final BooleanSupplier may;
        private int written;
        private int deleted;
        private int failed;
        private String problem = "";
        private boolean over;

        Round(BooleanSupplier may) {
            this.may = may;
        }

        void failed(String why) {
            failed++;
            if (problem.isEmpty()) {
                problem = why;
            }
        }

        /** Reads what there is one by one, and keeps the names of what differs only. */
        void write(AuditReports reports, AuditResult result) throws ClusterException {
            Set<String> differing = new TreeSet<>(result.namespaces().keySet());
            result.unjudged().forEach(each -> differing.add(each.namespace()));
            differing.remove("");
            List<Seen> live = client.listNamed(api.namespaced(), name, report -> {
                String namespace = report.at("/metadata/namespace").asText();
                ObjectNode wanted = reports.ofNamespace(namespace, report);
                return new Seen(namespace, wanted != null && isAsWanted(report, wanted));
            });
            Set<String> there = new HashSet<>();
            for (Seen each : live) {
                there.add(each.namespace());
                if (each.asWanted()) {
                    differing.remove(each.namespace());
                } else {
                    differing.add(each.namespace());
                }
            }
            for (String namespace : differing) {
                if (there.contains(namespace) || reports.ofNamespace(namespace, null) != null) {
                    attempt(api.namespaced(), namespace, reports);
                }
            }
            attempt(api.cluster(), "", reports);
        }

        private void attempt(Kind<GenericKubernetesResource> kind, String namespace, AuditReports reports) {
            if (over || !may.getAsBoolean()) {
                over = true;
                return;
            }
            try {
                GenericKubernetesResource there = client.find(kind, namespace, name);
                JsonNode live = there == null ? null : ClusterClient.tree(there);
                if (live != null && !isOurs(live)) {
                    JsonNode owner = live.at("/metadata/ownerReferences/0");
                    failed(kind.titled(namespace, name) + " belongs to "
                            + owner.path("kind").asText() + " "
                            + owner.path("name").asText()
                            + " (expected: to nobody or to ClusterRole " + name + ")");
                    return;
                }
                ObjectNode wanted =
                        namespace.isEmpty() ? reports.ofCluster(live) : reports.ofNamespace(namespace, live);
                bring(kind, there, live, wanted);
            } catch (ClusterException e) {
                // A namespace that is being deleted takes no reports any more.
                over = e.isUnanswered();
                if (over || !isEnding(namespace)) {
                    failed(String.valueOf(e.getMessage()));
                }
            }
        }

        private boolean isEnding(String namespace) {
            if (namespace.isEmpty()) {
                return false;
            }
            try {
                Namespace there = client.find(Kind.NAMESPACE, "", namespace);
                return there == null || ObjectMetadata.isTerminating(there);
            } catch (ClusterException e) {
                return false;
            }
        }

        private void bring(
                Kind<GenericKubernetesResource> kind,
                @Nullable GenericKubernetesResource there,
                @Nullable JsonNode live,
                @Nullable ObjectNode wanted)
                throws ClusterException {
            if (wanted == null) {
                if (there != null) {
                    client.delete(kind, there);
                    deleted++;
                }
            } else if (live == null || !isAsWanted(live, wanted)) {
                client.apply(kind, wanted);
                written++;
            }
        }
    }
}
