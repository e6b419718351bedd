package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.HelmRelease;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.cluster.ObjectName;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Finds what a release would bring but another installation has: helm refuses to take that over. */
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

    private final ClusterObjects objects;

    Ownership(ClusterObjects objects) {
        this.objects = objects;
    }

    List<Finding> findings(DesiredState desired, ClusterState state) throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (Step step : desired.steps()) {
            if (step instanceof Step.Release its
                    && !state.releases().containsKey(its.release().id())) {
                HelmRelease release = its.release();
                List<ObjectName> foreign = foreign(release, names(release, desired));
                if (!foreign.isEmpty()) {
                    findings.add(finding(release, foreign));
                }
            }
        }
        return findings;
    }

    private static List<ObjectName> names(HelmRelease release, DesiredState desired) {
        if (release.chart().name().equals("base")) {
            return CRDS.stream()
                    .map(name -> ObjectName.of(ObjectKind.CRD, "", name))
                    .toList();
        }
        String namespace = release.namespace();
        String revision = release.values().path("revision").asText();
        Usergroup usergroup = Objects.requireNonNull(desired.tenancy().systemNamespaceOwner(namespace));
        return List.of(
                ObjectName.of(ObjectKind.DEPLOYMENT, namespace, release.name()),
                ObjectName.of(ObjectKind.MUTATING, "", ClusterNames.injector(usergroup, revision)),
                ObjectName.of(ObjectKind.CLUSTER_ROLE, "", ClusterNames.istiodRole(revision, namespace)));
    }

    private List<ObjectName> foreign(HelmRelease release, List<ObjectName> names) throws IOException {
        List<ObjectName> foreign = new ArrayList<>();
        for (ObjectName name : names) {
            JsonNode there = objects.find(name);
            if (there != null
                    && !(ObjectMetadata.annotation(there, RELEASE).equals(release.name())
                            && ObjectMetadata.annotation(there, RELEASE_NAMESPACE)
                                    .equals(release.namespace()))) {
                foreign.add(name);
            }
        }
        return foreign;
    }

    private static Finding finding(HelmRelease release, List<ObjectName> foreign) {
        ObjectName first = foreign.getFirst();
        String named = first.kind().toLowerCase(Locale.ROOT) + " " + first.name()
                + (first.namespace().isEmpty() ? "" : " -n " + first.namespace());
        String others = foreign.size() == 1 ? "" : " and " + (foreign.size() - 1) + " more";
        return Finding.error(
                "ownership",
                first + others,
                "of another installation than the release " + release.namespace() + "/" + release.name()
                        + ", to which helm would not give it",
                "remove that installation; or hand each over: `kubectl label %s app.kubernetes.io/managed-by=Helm --overwrite` and `kubectl annotate %s %s=%s %s=%s --overwrite`"
                        .formatted(named, named, RELEASE, release.name(), RELEASE_NAMESPACE, release.namespace()));
    }
}
