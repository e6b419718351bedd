package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.Plan.PlannedStep;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the API server whether it would let us do what a plan has. */
final class RequiredRights {
    private static final String WRITE = "patch";

    /** What the istiod chart brings and helm keeps, as far as one kind without the other would be strange. */
    private static final List<ObjectKind> IN_NAMESPACE =
            List.of(ObjectKind.SECRET, ObjectKind.CONFIG_MAP, ObjectKind.SERVICE, ObjectKind.DEPLOYMENT);

    private static final List<ObjectKind> OF_ISTIOD = List.of(ObjectKind.CLUSTER_ROLE, ObjectKind.MUTATING);

    private record Right(String verb, ObjectKind kind, String namespace) {
        String where() {
            return namespace.isEmpty() ? "in the cluster" : "in namespace " + namespace;
        }
    }

    private final ClusterObjects objects;

    RequiredRights(ClusterObjects objects) {
        this.objects = objects;
    }

    /** One finding for each place and verb. */
    List<Finding> missing(Plan plan) throws IOException {
        Set<Right> required = new LinkedHashSet<>();
        plan.steps().stream().filter(planned -> !planned.isDone()).forEach(planned -> require(planned, required));
        Map<String, List<String>> missing = new LinkedHashMap<>();
        for (Right right : required) {
            if (!objects.permits(right.verb(), right.kind(), right.namespace())) {
                missing.computeIfAbsent(right.verb() + " " + right.where(), none -> new ArrayList<>())
                        .add(right.kind().plural());
            }
        }
        List<Finding> findings = new ArrayList<>();
        missing.forEach(
                (what, kinds) -> findings.add(
                        Finding.error(
                                "rights",
                                "you may not " + what.replaceFirst(" ", " " + String.join(", ", kinds) + " "),
                                "expected: a user who may, such as one with ClusterRole cluster-admin; `kubectl auth can-i` asks the same")));
        return findings;
    }

    private static void require(PlannedStep planned, Set<Right> required) {
        switch (planned.step()) {
            case Step.Objects its ->
                its.objects().forEach(object -> {
                    String namespace = Labels.namespace(object);
                    ObjectKind kind = ObjectKind.named(
                            object.path("apiVersion").asText(),
                            object.path("kind").asText());
                    write(kind, namespace, required);
                });
            case Step.Release its -> {
                String namespace = its.release().namespace();
                if (its.release().chart().name().equals("base")) {
                    write(ObjectKind.SECRET, namespace, required);
                    write(ObjectKind.CRD, "", required);
                } else {
                    IN_NAMESPACE.forEach(kind -> write(kind, namespace, required));
                    OF_ISTIOD.forEach(kind -> write(kind, "", required));
                }
            }
        }
    }

    private static void write(ObjectKind kind, String namespace, Set<Right> required) {
        required.add(new Right("create", kind, namespace));
        required.add(new Right(WRITE, kind, namespace));
    }
}
