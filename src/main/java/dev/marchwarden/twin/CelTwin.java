package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.json.YamlText;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.twin.PolicyObjects.Subject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The policies of a tenancy and their bindings, the same for the same tenancy. */
public final class CelTwin {
    /** Characters of an expression; API servers refuse longer ones (cel-go, {@code parser.ExpressionSizeCodePointLimit}). */
    public static final int MAX_EXPRESSION = 100_000;

    private static final String NAMESPACES = "namespaces";
    private static final String CONFIGURATION = "configuration";
    private static final String WORKLOADS = "workloads";

    private final Tenancy tenancy;

    /** What identifies an object of the twin. */
    public record PolicyName(String kind, String name) {}

    public CelTwin(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    /** Each policy is followed by its binding. */
    public List<JsonNode> objects() {
        NamespaceChecks states = new NamespaceChecks(tenancy);
        MembershipChecks changes = new MembershipChecks(tenancy);
        List<CelCheck> namespaces = List.of( // in the order in which the webhook lists them
                states.protectedNamespace(),
                changes.otherUsergroup(),
                changes.otherRevision(),
                changes.lostUsergroup(),
                changes.network(),
                changes.deletion(),
                states.unknownUsergroup(),
                states.unknownRevision(),
                states.revisionMismatch(),
                states.missingRevision(),
                states.missingUsergroup(),
                states.injectionLabel(),
                states.ambientMode(),
                changes.leaving(),
                changes.joining());
        ObjectVariables objects = new ObjectVariables(tenancy);
        PolicyObjects policies = new PolicyObjects(tenancy);
        return Stream.of(
                        policies.of(
                                new Subject(NAMESPACES, MatchRule.NAMESPACES, false, List.of()),
                                new NamespaceVariables(tenancy).all(),
                                namespaces),
                        policies.of(
                                new Subject(
                                        CONFIGURATION, MatchRule.configuration(), true, List.of(objects.isNoProbe())),
                                objects.ofConfiguration(),
                                andReach(new ConfigurationChecks().all())),
                        policies.of(
                                new Subject(WORKLOADS, MatchRule.WORKLOADS, true, List.of()),
                                objects.ofWorkloads(),
                                andReach(new WorkloadChecks().all())))
                .flatMap(List::stream)
                .toList();
    }

    private static List<CelCheck> andReach(List<CelCheck> checks) {
        return Stream.concat(checks.stream(), Stream.of(ControlPlaneCheck.reach()))
                .toList();
    }

    /** What adds the missing half of a pair of labels, for API servers of 1.36 or newer; a policy and its binding. */
    public List<JsonNode> completion() {
        return new PairMutation(tenancy).objects();
    }

    /** Every object that some tenancy leads to, a policy before its binding. */
    public static List<PolicyName> possibleObjects() {
        return Stream.of(NAMESPACES, CONFIGURATION, WORKLOADS)
                .flatMap(subject -> PolicyObjects.STRICTEST_FIRST.stream()
                        .map(enforcement -> PolicyObjects.name(subject, enforcement)))
                .flatMap(name -> Stream.of(
                        new PolicyName(PolicyObjects.POLICY, name), new PolicyName(PolicyObjects.BINDING, name)))
                .toList();
    }

    /** The objects as one stream of YAML. */
    public String yaml() {
        return yaml(objects());
    }

    public static String yaml(List<JsonNode> objects) {
        return objects.stream().map(YamlText::of).collect(Collectors.joining("---\n"));
    }

    /** Of all expressions, in characters. A binding whose policy is refused would stand there and enforce nothing. */
    public static int longestExpression(List<JsonNode> objects) {
        return objects.stream()
                .flatMap(object -> Stream.of("variables", "validations", "matchConditions")
                        .flatMap(list -> object.path("spec").path(list).valueStream()))
                .flatMap(item -> Stream.of(item.path("expression"), item.path("messageExpression")))
                .mapToInt(expression -> expression.asText().length())
                .max()
                .orElse(0);
    }
}
