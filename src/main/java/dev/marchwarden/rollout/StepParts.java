package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.UsergroupStep;
import dev.marchwarden.bootstrap.UsergroupStep.Part;
import dev.marchwarden.bootstrap.UsergroupStep.Scope;
import dev.marchwarden.bootstrap.UsergroupSteps;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** Finds the objects in a cluster that steps of usergroups have written. */
final class StepParts {
    private StepParts() {}

    /** For people: the step, and the kind where it writes several. */
    static String title(UsergroupStep step, Part part) {
        return step.parts().size() == 1 ? step.name() : step.name() + " (" + part.kind() + ")";
    }

    static Kind<?> kind(Part part) {
        return Kind.named(part.apiVersion(), part.kind());
    }

    /** Whether an object of the part's kind is ours and belongs to a system namespace. */
    static boolean isIn(String systemNamespace, Part part, HasMetadata object) {
        String namespace =
                part.namespaced() ? ObjectMetadata.namespace(object) : ObjectMetadata.webhookNamespace(object);
        return ObjectMetadata.isOurs(object) && namespace.equals(systemNamespace);
    }

    /** Has the parts of one revision or one tag removed, from the last step on. */
    static void remove(Removal removal, Scope scope, String name, String systemNamespace) {
        String label = scope == Scope.TAG ? MeshLabels.TAG : MeshLabels.REVISION;
        for (UsergroupStep step : UsergroupSteps.ALL.reversed()) {
            for (Part part : step.parts()) {
                if (part.scope() == scope) {
                    removal.all(
                            title(step, part),
                            kind(part),
                            part.namespaced() ? systemNamespace : "",
                            object -> isIn(systemNamespace, part, object)
                                    && ObjectMetadata.label(object, label).equals(name)
                                    && (scope == Scope.TAG
                                            || ObjectMetadata.label(object, MeshLabels.TAG)
                                                    .isEmpty()));
                }
            }
        }
    }
}
