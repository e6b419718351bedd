package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.tenancy.Isolation;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the control planes of a tenancy and the given options, or reports all mistakes in them. */
final class ControlPlanes {
    private final Tenancy tenancy;
    private final Settings settings;
    private final TrustDomains trustDomains;
    private final List<String> problems = new ArrayList<>();

    private ControlPlanes(Tenancy tenancy, Settings settings) {
        this.tenancy = tenancy;
        this.settings = settings;
        this.trustDomains = new TrustDomains(tenancy);
    }

    /**
     * @param base the chart of what all have in common, for the newest of them: older istiods know newer CRDs, and not the other way round
     * @param all in the order of the tenancy
     */
    record ValidSetup(Chart base, List<ControlPlane> all) {}

    static ValidSetup of(Tenancy tenancy, Settings settings) throws InvalidSetupException {
        ControlPlanes setup = new ControlPlanes(tenancy, settings);
        List<ControlPlane> all = setup.all();
        Optional<Chart> base = setup.base();
        if (!setup.problems.isEmpty() || base.isEmpty()) {
            throw new InvalidSetupException(setup.problems.stream().distinct().toList());
        }
        return new ValidSetup(base.get(), all);
    }

    private Optional<Chart> base() {
        String newest = tenancy.usergroups().stream()
                .flatMap(usergroup -> usergroup.revisions().stream())
                .max(Comparator.comparing(revision -> settings.versions().of(revision)))
                .orElseThrow();
        return chart("base", settings.versions().of(newest), settings.charts().of(newest));
    }

    private List<ControlPlane> all() {
        List<String> revisions = tenancy.usergroups().stream()
                .flatMap(usergroup -> usergroup.revisions().stream())
                .toList();
        List<String> names = tenancy.usergroups().stream().map(Usergroup::name).toList();
        known("--istio-version", "revision", settings.versions().single().keySet(), revisions);
        known("--charts", "revision", settings.charts().single().keySet(), revisions);
        known("--values", "usergroup", settings.extraValues().keySet(), names);
        problems.addAll(ClusterNames.problems(tenancy));
        List<ControlPlane> all = new ArrayList<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            for (String revision : usergroup.revisions()) {
                ObjectNode values = values(usergroup, revision);
                chart(
                                IstioNames.ISTIOD,
                                settings.versions().of(revision),
                                settings.charts().of(revision))
                        .ifPresent(chart -> all.add(new ControlPlane(usergroup, revision, chart, values)));
            }
        }
        return all;
    }

    private void known(String option, String what, Collection<String> named, Collection<String> known) {
        named.stream().filter(name -> !known.contains(name)).sorted().forEach(name -> {
            String meant = Nearest.to(name, known)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("");
            problems.add("%s %s=...: no %s of the tenancy (expected: one of %s%s)"
                    .formatted(option, Quoted.bare(name), what, String.join(", ", known), meant));
        });
    }

    private Optional<Chart> chart(String name, IstioVersion version, ChartSource source) {
        if (!version.keepsToItsNamespaces()) {
            problems.add(
                    "--istio-version " + version
                            + " (expected: 1.22.0 or newer; older control planes read the configuration of every namespace, whatever their discoverySelectors say)");
        }
        try {
            return Optional.of(source.chart(name, version));
        } catch (IOException e) {
            problems.add("--charts " + e.getMessage());
            return Optional.empty();
        }
    }

    private ObjectNode values(Usergroup usergroup, String revision) {
        Map<String, String> names = new LinkedHashMap<>(names(tenancy, usergroup));
        names.put("revision", revision);
        names.put("trustDomain", trustDomains.byDefault(usergroup));
        names.put("egress", settings.egress().name());
        ObjectNode ours = Template.one("istiod-values.yaml", names);
        boolean byNamespace = usergroup.isolation() == Isolation.NAMESPACE;
        if (byNamespace) {
            ReservedValue.EXPORTS.forEach(
                    field -> ours.withArray(ReservedValue.pointer(field.path())).add(usergroup.defaultExportTo()));
        }
        List<ExtraValues> extra = settings.extraValues().getOrDefault(usergroup.name(), List.of());
        ObjectNode merged = ours;
        for (ExtraValues more : extra) {
            merged = ValueTree.merged(merged, more.values());
        }
        for (ReservedValue reserved : ReservedValue.ALL) {
            report(reserved.wrong(ours, merged), extra);
        }
        for (ReservedValue export : byNamespace ? ReservedValue.EXPORTS : List.<ReservedValue>of()) {
            report(export.wrong(ours, merged), extra);
        }
        report(trustDomains.claim(usergroup, merged), extra);
        return merged;
    }

    private void report(List<ReservedValue.WrongValue> wrong, List<ExtraValues> extra) {
        for (ReservedValue.WrongValue value : wrong) {
            String place = extra.reversed().stream()
                    .filter(values -> values.speaksOf(ReservedValue.pointer(value.path())))
                    .findFirst()
                    .map(values -> values.place(ReservedValue.pointer(value.path())) + ": ")
                    .orElse("");
            problems.add("%s%s: %s (expected: %s)".formatted(place, value.path(), value.found(), value.expected()));
        }
    }

    /** What templates call a usergroup's own. */
    static Map<String, String> names(Tenancy tenancy, Usergroup usergroup) {
        return Map.of(
                "usergroup", usergroup.name(),
                "gatewayClass", usergroup.gatewayClass(),
                "usergroupLabel", tenancy.usergroupLabel(),
                "clusterDomain", tenancy.clusterDomain(),
                "systemNamespace", usergroup.systemNamespace());
    }
}
