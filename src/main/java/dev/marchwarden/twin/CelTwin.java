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
    private final Tenancy tenancy;

    public CelTwin(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    /** Each policy is followed by its binding. */
    public List<JsonNode> objects() {
        NamespaceChecks states = new NamespaceChecks(tenancy);
        MembershipChecks changes = new MembershipChecks(tenancy);
        List<Check> namespaces = List.of( // in the order in which the webhook lists them
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
                                new Subject("namespaces", MatchRule.NAMESPACES, false, List.of()),
                                new NamespaceVariables(tenancy).all(),
                                namespaces),
                        policies.of(
                                new Subject(
                                        "configuration", MatchRule.configuration(), true, List.of(objects.isNoProbe())),
                                objects.ofConfiguration(),
                                new ConfigurationChecks().all()),
                        policies.of(
                                new Subject("workloads", MatchRule.WORKLOADS, true, List.of()),
                                objects.ofWorkloads(),
                                List.of(new WorkloadChecks().revision())))
                .flatMap(List::stream)
                .toList();
    }

    /** The objects as one stream of YAML. */
    public String yaml() {
        return objects().stream().map(YamlText::of).collect(Collectors.joining("---\n"));
    }
}
