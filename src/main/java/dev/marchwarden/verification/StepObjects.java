package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.Comparison;
import dev.marchwarden.bootstrap.Difference;
import dev.marchwarden.bootstrap.Egress;
import dev.marchwarden.bootstrap.ObjectId;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.bootstrap.UsergroupStep;
import dev.marchwarden.bootstrap.UsergroupSteps;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;

/** What the steps of bootstrap have written, and no other check looks at, is there as the tenancy has it. */
final class StepObjects implements Check {
    private static final List<UsergroupStep> STEPS = UsergroupSteps.ALL.stream()
            .filter(step -> step.check().equals(UsergroupStep.AS_WRITTEN))
            .toList();

    private static final String REGISTRY_ONLY = "REGISTRY_ONLY";

    /** Those that it compares. */
    static List<Kind<?>> kinds() {
        return STEPS.stream()
                .flatMap(step -> step.parts().stream())
                .<Kind<?>>map(part -> Kind.named(part.apiVersion(), part.kind()))
                .distinct()
                .toList();
    }

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (UsergroupStep step : STEPS) {
            for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
                for (Step wanted : step.steps(snapshot.tenancy(), usergroup, egress(snapshot, usergroup))) {
                    if (wanted instanceof Step.Objects objects) {
                        findings.add(finding(snapshot, step.name(), usergroup, objects));
                    }
                }
            }
        }
        return findings;
    }

    /** As its istiods are configured, whatever bootstrap was told. */
    private static Egress egress(Snapshot snapshot, Usergroup usergroup) {
        return snapshot.istiods(usergroup).stream()
                        .map(istiod ->
                                istiod.mesh().at("/outboundTrafficPolicy/mode").asText())
                        .anyMatch(REGISTRY_ONLY::equals)
                ? Egress.REGISTRY_ONLY
                : Egress.ALLOW_ANY;
    }

    private static Finding finding(Snapshot snapshot, String code, Usergroup usergroup, Step.Objects wanted) {
        List<String> wrong = new ArrayList<>();
        for (JsonNode object : wanted.objects()) {
            ObjectId id = ObjectId.of(object);
            JsonNode there = snapshot.written().get(id);
            List<Difference> differences = there == null ? List.of() : Comparison.ofObjects(object, there);
            if (there == null) {
                wrong.add(id + " is missing");
            } else if (!differences.isEmpty()) {
                wrong.add(id + " differs: " + differences.getFirst());
            }
        }
        int count = wanted.objects().size();
        return wrong.isEmpty()
                ? Finding.ok(
                        code,
                        usergroup.name(),
                        count + (count == 1 ? " object, as bootstrap writes it" : " objects, as bootstrap writes them"))
                : Finding.warning(
                        code,
                        usergroup.name(),
                        NameList.some(wrong) + " (purpose: " + wanted.purpose() + ")",
                        FixCommands.APPLY);
    }
}
