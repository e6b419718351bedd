package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.Subjects;
import dev.marchwarden.tenancy.Tenancy;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A policy for the disk of API servers, which guards objects that the API server sends to no webhook and no policy: the webhook configurations of
 * Marchwarden and of Istio, and the twin.
 */
public final class StaticGuard {
    /** With the suffix that Kubernetes reserves for what API servers load from their disk (apiserver, {@code StaticConfigSuffix}). */
    public static final String NAME = "guard.marchwarden.static.k8s.io";

    private static final String OURS = ".marchwarden.dev";
    private static final String ISTIOS = ".istio.io";
    private static final String TWIN = ".twin.marchwarden.dev";

    /** Where the chart keeps the webhooks that are not in force yet. */
    private static final String WANTED = "'marchwarden.dev/webhooks'";

    private static final List<String> VERSIONS = List.of("v1", "v1beta1", "v1alpha1");

    private static final List<MatchRule> WRITES = List.of(
            new MatchRule(
                    "admissionregistration.k8s.io",
                    VERSIONS,
                    List.of(
                            "validatingwebhookconfigurations",
                            "mutatingwebhookconfigurations",
                            "validatingadmissionpolicies",
                            "validatingadmissionpolicybindings",
                            "mutatingadmissionpolicies",
                            "mutatingadmissionpolicybindings"),
                    List.of("CREATE", "UPDATE", "DELETE"),
                    "Cluster"),
            new MatchRule(
                    "rbac.authorization.k8s.io",
                    List.of("v1"),
                    List.of("clusterroles"),
                    List.of("UPDATE", "DELETE"),
                    "Cluster"));

    /** All of a webhook that decides what it is asked, by whom, and how; caBundle and failurePolicy are not among it. */
    private static final List<String> SAME = List.of(
            "?clientConfig.?service",
            "?clientConfig.?url",
            "?rules",
            "?matchConditions",
            "?matchPolicy",
            "?namespaceSelector",
            "?objectSelector",
            "?reinvocationPolicy",
            "?sideEffects",
            "?timeoutSeconds",
            "?admissionReviewVersions");

    private static final int NAMED = 5;

    private final Tenancy tenancy;
    private final Subjects permitted;
    private final String account;

    /**
     * @param permitted who may change everything, for example Helm's user
     * @param namespace of Marchwarden's pods
     * @param serviceAccount of Marchwarden's pods
     */
    public StaticGuard(Tenancy tenancy, Subjects permitted, String namespace, String serviceAccount) {
        this.tenancy = tenancy;
        this.permitted = permitted;
        this.account = "system:serviceaccount:" + namespace + ":" + serviceAccount;
    }

    /** The policy, then its binding. */
    public List<JsonNode> objects() {
        ObjectNode policy = PolicyObjects.object(PolicyObjects.POLICY, NAME);
        ObjectNode spec = policy.putObject("spec").put("failurePolicy", "Fail");
        ObjectNode constraints = spec.putObject("matchConstraints").put("matchPolicy", "Equivalent");
        ArrayNode rules = constraints.putArray("resourceRules");
        WRITES.forEach(rule -> rule.write(rules));
        ArrayNode variables = spec.putArray("variables");
        variables().forEach(variable -> PolicyObjects.put(variable, variables));
        spec.putArray("validations")
                .addObject()
                .put(
                        "expression",
                        "variables.guarded == '' || variables.isPermitted || variables.changesNothing ||"
                                + " variables.isByTheCollector || variables.isByItsIstiod || variables.isByMarchwarden")
                .put("message", "guarded by a file on the disk of the API server")
                .put(
                        "messageExpression",
                        CelText.text("static-guard: metadata.name is \"${variables.name}\", expected a change by "
                                + permitted()
                                + ": ${variables.author} may not ${variables.verb} ${variables.guarded}. Fix: ask one of"
                                + " those, or change the file on the disk of the API server"))
                .put("reason", "Forbidden");
        return List.of(policy, PolicyObjects.binding(NAME, Enforcement.DENY));
    }

    private String permitted() {
        List<String> all = Stream.concat(
                        permitted.users().stream().sorted(),
                        permitted.groups().stream().sorted().map(group -> "group " + group))
                .toList();
        return all.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "");
    }

    private List<Variable> variables() {
        TreeSet<String> systemNamespaces = new TreeSet<>();
        tenancy.usergroups().forEach(usergroup -> systemNamespaces.add(usergroup.systemNamespace()));
        List<Variable> all = new ArrayList<>(AuthorRights.author());
        all.add(new Variable("systemNamespaces", CelText.list(systemNamespaces)));
        all.add(new Variable("updates", "request.operation == 'UPDATE'"));
        all.add(new Variable("verb", "request.operation.lowerAscii()"));
        all.add(new Variable("new", "request.operation == 'DELETE' || object == null ? dyn({}) : dyn(object)"));
        all.add(new Variable("old", "request.operation == 'CREATE' || oldObject == null ? dyn({}) : dyn(oldObject)"));
        all.add(new Variable(
                "name",
                "request.?name.orValue('') != '' ? request.name : string(variables.new.?metadata.?name.orValue(''))"));
        all.add(new Variable("newWebhooks", "variables.new.?webhooks.orValue([])"));
        all.add(new Variable("oldWebhooks", "variables.old.?webhooks.orValue([])"));
        all.add(new Variable("webhooks", "variables.newWebhooks + variables.oldWebhooks"));
        what(all);
        who(all);
        return all;
    }

    /** By what is in the object, for its name is chosen at install time. */
    private static void what(List<Variable> all) {
        all.add(new Variable(
                "isOurs",
                "variables.webhooks.exists(each, each.?name.orValue('').endsWith('%1$s')) || [variables.new, variables.old].exists(each, each.?metadata.?annotations[?%2$s].hasValue())"
                        .formatted(OURS, WANTED)));
        all.add(new Variable(
                "isIstios",
                "variables.webhooks.exists(each, each.?name.orValue('').endsWith('%s') || each.?clientConfig.?service.?namespace.orValue('') in variables.systemNamespaces)"
                        .formatted(ISTIOS)));
        all.add(new Variable(
                "isTwin",
                "request.resource.group == 'admissionregistration.k8s.io' && (variables.name.endsWith('%1$s') || [variables.new, variables.old].exists(each, each.?spec.?policyName.orValue('').endsWith('%1$s')))"
                        .formatted(TWIN)));
        // When it is deleted, the garbage collector deletes the twin. A role without rules has null there.
        all.add(new Variable(
                "isRoleOfTheTwin",
                "request.resource.resource == 'clusterroles' && [variables.new, variables.old].exists(each, each.?rules.orValue(null) != null && each.rules.exists(rule, rule.?resourceNames.orValue([]).exists(name, name.endsWith('%s'))))"
                        .formatted(TWIN)));
        all.add(
                new Variable(
                        "guarded",
                        "variables.isIstios ? 'a webhook of Istio' : variables.isOurs ? 'a webhook of Marchwarden' : variables.isTwin ? 'a policy of the twin' : variables.isRoleOfTheTwin ? 'the role that the twin belongs to' : ''"));
    }

    private void who(List<Variable> all) {
        all.add(new Variable(
                "isPermitted",
                "variables.user in " + CelText.list(permitted.users()) + " || variables.groups.exists(group, group in "
                        + CelText.list(permitted.groups()) + ")"));
        all.add(new Variable("sameLabels", same("metadata.?labels") + " && " + same("metadata.?annotations")));
        all.add(new Variable("sameRules", same("spec") + " && " + same("rules") + " && " + same("aggregationRule")));
        all.add(new Variable(
                "changesNothing",
                "variables.updates && variables.sameLabels && variables.sameRules && variables.newWebhooks == variables.oldWebhooks && "
                        + same("metadata.?ownerReferences")));
        // It deletes what belonged to a role that is gone, and takes its own marks away.
        all.add(
                new Variable(
                        "isByTheCollector",
                        "variables.user in ['system:kube-controller-manager', 'system:serviceaccount:kube-system:generic-garbage-collector'] && variables.isTwin && (request.operation == 'DELETE' || (variables.updates && variables.sameLabels && variables.sameRules))"));
        // It fills in its caBundle, and lets its validator fail closed when it works.
        all.add(
                new Variable(
                        "itsNamespaces",
                        "variables.systemNamespaces.filter(each, variables.user == 'system:serviceaccount:' + each + ':istiod' || variables.user.startsWith('system:serviceaccount:' + each + ':istiod-'))"));
        all.add(new Variable(
                "isByItsIstiod",
                "variables.updates && variables.newWebhooks.size() > 0 && variables.itsNamespaces.size() > 0 && variables.sameLabels && "
                        + same("metadata.?ownerReferences")
                        + " && variables.newWebhooks.size() == variables.oldWebhooks.size()"
                        + " && variables.newWebhooks.all(each, each.?clientConfig.?service.?namespace.orValue('') in"
                        + " variables.itsNamespaces && variables.oldWebhooks.exists(old, old.name == each.name && "
                        + SAME.stream()
                                .map(field -> "old.%1$s == each.%1$s".formatted(field))
                                .collect(Collectors.joining(" && "))
                        + " && (request.resource.resource == 'validatingwebhookconfigurations' ||"
                        + " old.?failurePolicy == each.?failurePolicy)))"));
        all.add(new Variable(
                "isByMarchwarden",
                "variables.user == " + CelText.literal(account)
                        + " && (variables.isTwin || (variables.updates && variables.isOurs && !variables.isIstios))"));
    }

    private static String same(String field) {
        return "variables.new.?%1$s == variables.old.?%1$s".formatted(field);
    }
}
