package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.HelmRelease;
import dev.marchwarden.bootstrap.ObjectId;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Finds objects of a release that belong to another installation: helm refuses to take that over. */
final class Ownership {
    /** Of Istio's base chart; those of them that all releases of the last years have. */
    private static final List<String> CRDS = List.of(
            "destinationrules.networking.istio.io",
            "envoyfilters.networking.istio.io",
            "gateways.networking.istio.io",
            "serviceentries.networking.istio.io",
            "sidecars.networking.istio.io",
            "virtualservices.networking.istio.io",
            "workloadentries.networking.istio.io",
            "workloadgroups.networking.istio.io",
            "authorizationpolicies.security.istio.io",
            "peerauthentications.security.istio.io",
            "requestauthentications.security.istio.io",
            "telemetries.telemetry.istio.io",
            "wasmplugins.extensions.istio.io");

    private static final String RELEASE = "meta.helm.sh/release-name";
    private static final String RELEASE_NAMESPACE = "meta.helm.sh/release-namespace";

    private final ClusterClient cluster;

    Ownership(ClusterClient cluster) {
        this.cluster = cluster;
    }

    List<Finding> findings(DesiredState desired, ClusterState state) throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (Step step : desired.steps()) {
            if (step instanceof Step.Release its
                    && !state.releases().containsKey(its.release().id())) {
                HelmRelease release = its.release();
                List<ObjectId> foreign = foreign(release, names(release, desired));
                if (!foreign.isEmpty()) {
                    findings.add(finding(release, foreign));
                }
            }
        }
        return findings;
    }

    private static List<ObjectId> names(HelmRelease release, DesiredState desired) {
        if (release.chart().name().equals("base")) {
            return CRDS.stream()
                    .map(name -> id(Kind.CUSTOM_RESOURCE_DEFINITION, "", name))
                    .toList();
        }
        String namespace = release.namespace();
        String revision = release.values().path("revision").asText();
        Usergroup usergroup = Objects.requireNonNull(desired.tenancy().systemNamespaceOwner(namespace));
        return List.of(
                id(Kind.DEPLOYMENT, namespace, release.name()),
                id(Kind.MUTATING_WEBHOOK_CONFIGURATION, "", ClusterNames.injector(usergroup, revision)),
                id(Kind.CLUSTER_ROLE, "", ClusterNames.istiodRole(revision, namespace)));
    }

    private static ObjectId id(Kind<?> kind, String namespace, String name) {
        return new ObjectId(kind.apiVersion(), kind.name(), namespace, name);
    }

    private List<ObjectId> foreign(HelmRelease release, List<ObjectId> names) throws IOException {
        List<ObjectId> foreign = new ArrayList<>();
        for (ObjectId name : names) {
            Kind<?> kind = Kind.named(name.apiVersion(), name.kind());
            HasMetadata there = cluster.find(kind.untyped(), name.namespace(), name.name());
            if (there != null
                    && !(ObjectMetadata.annotation(there, RELEASE).equals(release.name())
                            && ObjectMetadata.annotation(there, RELEASE_NAMESPACE)
                                    .equals(release.namespace()))) {
                foreign.add(name);
            }
        }
        return foreign;
    }

    private static Finding finding(HelmRelease release, List<ObjectId> foreign) {
        ObjectId first = foreign.getFirst();
        String named = first.kind().toLowerCase(Locale.ROOT) + " " + first.name()
                + (first.namespace().isEmpty() ? "" : " -n " + first.namespace());
        String others = foreign.size() == 1 ? "" : " and " + (foreign.size() - 1) + " more";
        return Finding.error(
                "ownership",
                first + others,
                "of another installation than the release " + release.namespace() + "/" + release.name()
                        + ", which helm would not take over",
                "remove that installation; or hand each over: `kubectl label %s app.kubernetes.io/managed-by=Helm --overwrite` and `kubectl annotate %s %s=%s %s=%s --overwrite`"
                        .formatted(named, named, RELEASE, release.name(), RELEASE_NAMESPACE, release.namespace()));
    }
}
