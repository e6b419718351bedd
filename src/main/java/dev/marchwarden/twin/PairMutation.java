package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tenancy.Tenancy;
import java.util.List;

/**
 * Adds the missing half of a pair of labels, as the mutating webhook does, by a MutatingAdmissionPolicy (Kubernetes 1.36). It fails open:
 * what is still half a pair then is for the validation to deny.
 */
final class PairMutation {
    static final String NAME = "label-pair.twin.marchwarden.dev";

    private static final MatchRule WRITES =
            new MatchRule("", List.of("v1"), List.of("namespaces"), List.of("CREATE", "UPDATE"), "Cluster");

    private final Tenancy tenancy;

    PairMutation(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    /** The policy, then its binding. */
    List<JsonNode> objects() {
        ObjectNode policy = PolicyObjects.object("MutatingAdmissionPolicy", NAME);
        ObjectNode spec =
                policy.putObject("spec").put("failurePolicy", "Ignore").put("reinvocationPolicy", "IfNeeded");
        ObjectNode constraints = spec.putObject("matchConstraints").put("matchPolicy", "Equivalent");
        WRITES.write(constraints.putArray("resourceRules"));
        ArrayNode variables = spec.putArray("variables");
        new NamespaceVariables(tenancy).all().forEach(variable -> PolicyObjects.put(variable, variables));
        PolicyObjects.put(new Variable("missing", missing()), variables);
        PolicyObjects.put(new Variable("value", value()), variables);
        spec.putArray("mutations")
                .addObject()
                .put("patchType", "JSONPatch")
                .putObject("jsonPatch")
                .put(
                        "expression",
                        "variables.missing == '' ? [] : [JSONPatch{op: 'add', path: '/metadata/labels/' +"
                                + " jsonpatch.escapeKey(variables.missing), value: variables.value}]");
        ObjectNode binding = PolicyObjects.object("MutatingAdmissionPolicyBinding", NAME);
        binding.putObject("spec").put("policyName", NAME);
        return List.of(policy, binding);
    }

    /** The key of the label to add, empty for none. Only a label that this very change sets says what its author means. */
    private String missing() {
        return "variables.system != null || variables.name in " + CelText.list(tenancy.protectedNamespaces())
                + " ? '' : variables.known != null && variables.revision == null"
                + " && variables.usergroup != variables.oldUsergroup ? " + CelText.literal(REVISION)
                + " : variables.serving != null && variables.usergroup == null"
                + " && variables.revision != variables.oldRevision ? " + CelText.literal(tenancy.usergroupLabel())
                + " : ''";
    }

    private static String value() {
        return "variables.missing == '' ? '' : variables.missing == " + CelText.literal(REVISION)
                + " ? string(variables.usergroups[variables.known]) : string(variables.serving)";
    }
}
