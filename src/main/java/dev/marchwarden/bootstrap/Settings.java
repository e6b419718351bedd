package dev.marchwarden.bootstrap;

import java.util.List;
import java.util.Map;

/**
 * Options of the control planes that are not in the tenancy.
 *
 * @param versions of Istio
 * @param charts where its charts are
 * @param extraValues for the istiod chart, by usergroup; later ones override earlier ones, all of them ours
 * @param members the namespaces of each usergroup, for a mesh that takes identities of these only; empty for one that takes all of its own
 *     trust domain
 */
public record Settings(
        ByRevision<IstioVersion> versions,
        ByRevision<ChartSource> charts,
        Map<String, List<ExtraValues>> extraValues,
        Egress egress,
        Map<String, List<String>> members) {
    public static final Settings DEFAULT = new Settings(
            ByRevision.all(IstioVersion.DEFAULT),
            ByRevision.all(ChartSource.ISTIO),
            Map.of(),
            Egress.REGISTRY_ONLY,
            Map.of());

    public Settings {
        extraValues = Map.copyOf(extraValues);
        members = Map.copyOf(members);
    }
}
