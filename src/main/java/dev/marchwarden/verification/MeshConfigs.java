package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.tenancy.Isolation;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What each istiod reads, whom it believes and where it looks for mesh-wide policies, by the mesh configuration that it runs with. */
final class MeshConfigs implements Check {
    private static final String NAME = "mesh-config";
    private static final List<String> EXPORTS =
            List.of("defaultServiceExportTo", "defaultVirtualServiceExportTo", "defaultDestinationRuleExportTo");

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            for (Istiod istiod : snapshot.istiods(usergroup)) {
                List<String> problems = problems(snapshot, usergroup, istiod).stream()
                        .distinct()
                        .toList();
                problems.forEach(
                        problem -> findings.add(Finding.error(NAME, istiod.name(), problem, FixCommands.APPLY)));
                if (problems.isEmpty()) {
                    findings.add(Finding.ok(NAME, istiod.name(), summary(snapshot, usergroup, istiod)));
                }
            }
        }
        return findings;
    }

    private static String summary(Snapshot snapshot, Usergroup usergroup, Istiod istiod) {
        return "reads " + snapshot.tenancy().usergroupLabel() + "=" + usergroup.name() + "; trust domain "
                + Quoted.bare(istiod.trustDomain()) + "; egress "
                + Quoted.bare(istiod.mesh().at("/outboundTrafficPolicy/mode").asText("ALLOW_ANY"));
    }

    private static List<String> problems(Snapshot snapshot, Usergroup usergroup, Istiod istiod) {
        List<String> problems = new ArrayList<>();
        if (istiod.mesh().isMissingNode()) {
            return List.of("ConfigMap " + istiod.namespace() + "/" + IstioNames.meshConfigMap(istiod.revision())
                    + " has no mesh configuration that can be read");
        }
        selectors(snapshot, usergroup, istiod, problems);
        if (!istiod.rootNamespace().equals(usergroup.systemNamespace())) {
            problems.add("rootNamespace " + Quoted.bare(istiod.rootNamespace())
                    + ": mesh-wide policies are read from there, and not from " + usergroup.systemNamespace());
        }
        trust(snapshot, usergroup, istiod, problems);
        exports(usergroup, istiod, problems);
        return problems;
    }

    private static void selectors(Snapshot snapshot, Usergroup usergroup, Istiod istiod, List<String> problems) {
        String key = snapshot.tenancy().usergroupLabel();
        if (!istiod.discovers(Map.of(key, usergroup.name()))) {
            problems.add("discoverySelectors leave out " + key + "=" + usergroup.name());
        }
        if (istiod.discovers(Map.of())) {
            problems.add("discoverySelectors match namespaces without a label: "
                    + Quoted.bare(istiod.mesh().path("discoverySelectors").toString()));
        }
        for (Usergroup other : snapshot.tenancy().usergroups()) {
            if (!other.equals(usergroup) && istiod.discovers(Map.of(key, other.name()))) {
                problems.add("discoverySelectors match " + key + "=" + other.name());
            }
        }
    }

    private static void trust(Snapshot snapshot, Usergroup usergroup, Istiod istiod, List<String> problems) {
        String its = istiod.trustDomain();
        for (Usergroup other : snapshot.tenancy().usergroups()) {
            for (Istiod another : snapshot.istiods(other)) {
                boolean isSame = another.trustDomain().equals(its);
                if (!other.equals(usergroup) && isSame) {
                    problems.add("trust domain " + Quoted.bare(its) + " is usergroup " + other.name() + "'s too");
                } else if (other.equals(usergroup) && !isSame) {
                    problems.add("trust domain " + Quoted.bare(its) + ", but " + Quoted.bare(another.trustDomain())
                            + " in " + another.name() + ": their proxies refuse each other");
                }
                if (!other.equals(usergroup)
                        && holds(istiod.mesh().path("trustDomainAliases"), another.trustDomain())) {
                    problems.add("trustDomainAliases let in " + Quoted.bare(another.trustDomain()) + ", usergroup "
                            + other.name() + "'s");
                }
            }
        }
        for (Istiod foreign : snapshot.foreignIstiods()) {
            if (foreign.trustDomain().equals(its)) {
                problems.add(
                        "trust domain " + Quoted.bare(its) + " is that of the mesh in " + foreign.namespace() + " too");
            }
            if (holds(istiod.mesh().path("trustDomainAliases"), foreign.trustDomain())) {
                problems.add("trustDomainAliases let in " + Quoted.bare(foreign.trustDomain()) + ", of the mesh in "
                        + foreign.namespace());
            }
        }
        if (!istiod.mesh().path("caCertificates").isEmpty()) {
            problems.add("caCertificates: every certificate of these roots is accepted");
        }
    }

    /** What has no exportTo is seen by the whole mesh unless the mesh configuration says otherwise. */
    private static void exports(Usergroup usergroup, Istiod istiod, List<String> problems) {
        if (usergroup.isolation() != Isolation.NAMESPACE) {
            return;
        }
        for (String field : EXPORTS) {
            JsonNode found = istiod.mesh().path(field);
            if (found.size() != 1 || !holds(found, usergroup.defaultExportTo())) {
                problems.add(field + " is " + Quoted.bare(found.isMissingNode() ? "not set" : found.toString())
                        + ", expected [" + usergroup.defaultExportTo() + "]: isolation: namespace depends on it");
            }
        }
    }

    private static boolean holds(JsonNode list, String text) {
        return list.valueStream().anyMatch(one -> one.asText().equals(text));
    }
}
