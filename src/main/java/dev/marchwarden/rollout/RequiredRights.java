package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.Plan.PlannedStep;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the API server for the rights that a plan needs. */
final class RequiredRights {
    private static final String CREATE = "create";
    private static final String WRITE = "patch";

    /** What the istiod chart brings and helm keeps, as far as one kind without the other would be strange. */
    private static final List<Kind<?>> IN_NAMESPACE =
            List.of(Kind.SECRET, Kind.CONFIG_MAP, Kind.SERVICE, Kind.DEPLOYMENT);

    /** @param object its name; empty for any */
    private record Right(String verb, Kind<?> kind, String namespace, String object) {
        String where() {
            return namespace.isEmpty() ? "in the cluster" : "in namespace " + namespace;
        }
    }

    private final ClusterClient cluster;

    RequiredRights(ClusterClient cluster) {
        this.cluster = cluster;
    }

    /** One finding for each place and verb. */
    List<Finding> missing(Plan plan) throws IOException {
        Set<Right> required = new LinkedHashSet<>();
        plan.steps().stream().filter(planned -> !planned.isDone()).forEach(planned -> require(planned, required));
        Map<String, Set<String>> missing = new LinkedHashMap<>();
        for (Right right : required) {
            if (!cluster.permits(right.verb(), right.kind(), right.namespace(), right.object())) {
                missing.computeIfAbsent(right.verb() + " " + right.where(), none -> new LinkedHashSet<>())
                        .add(right.kind().plural());
            }
        }
        List<Finding> findings = new ArrayList<>();
        missing.forEach(
                (what, kinds) -> findings.add(
                        Finding.error(
                                "rights",
                                "rights",
                                "you may not " + what.replaceFirst(" ", " " + String.join(", ", kinds) + " "),
                                "expected: a user who may, such as one with ClusterRole cluster-admin; `kubectl auth can-i` asks the same")));
        return findings;
    }

    private static void require(PlannedStep planned, Set<Right> required) {
        switch (planned.step()) {
            case Step.Objects its ->
                its.objects().forEach(object -> {
                    String namespace = ObjectMetadata.namespace(object);
                    Kind<?> kind = Kind.named(
                            object.path("apiVersion").asText(),
                            object.path("kind").asText());
                    write(kind, namespace, ObjectMetadata.name(object), required);
                });
            case Step.Release its -> {
                String namespace = its.release().namespace();
                if (its.release().chart().name().equals("base")) {
                    make(Kind.SECRET, namespace, required);
                    make(Kind.CUSTOM_RESOURCE_DEFINITION, "", required);
                } else {
                    String revision = its.release().values().path("revision").asText();
                    IN_NAMESPACE.forEach(kind -> make(kind, namespace, required));
                    make(Kind.MUTATING_WEBHOOK_CONFIGURATION, "", required);
                    required.add(new Right(CREATE, Kind.CLUSTER_ROLE, "", ""));
                    required.add(new Right(WRITE, Kind.CLUSTER_ROLE, "", ClusterNames.istiodRole(revision, namespace)));
                }
            }
        }
    }

    /** By an apply, of which the API server knows what it is called even where it is yet to be made. */
    private static void write(Kind<?> kind, String namespace, String object, Set<Right> required) {
        required.add(new Right(CREATE, kind, namespace, object));
        required.add(new Right(WRITE, kind, namespace, object));
    }

    /** By helm, whose names are its and the chart's business. */
    private static void make(Kind<?> kind, String namespace, Set<Right> required) {
        write(kind, namespace, "", required);
    }
}
