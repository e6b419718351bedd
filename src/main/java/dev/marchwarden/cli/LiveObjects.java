package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.audit.KnownVersion;
import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.cluster.ClusterKinds;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.map.Findings;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.verification.ObservedMeshes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;
import java.util.Optional;

/**
 * The configuration and workloads of a cluster, judged one by one as they are read. Left out is what istiod and Kubernetes' own controllers write and an
 * owner may not, for an object does not tell its author: ConfigMaps, Endpoints and EndpointSlices. Secrets are never read.
 */
final class LiveObjects {
    private final ClusterClient client;
    private final ManifestCheck check;
    private final Findings findings;

    LiveObjects(ClusterClient client, ManifestCheck check, Findings findings) {
        this.client = client;
        this.check = check;
        this.findings = findings;
    }

    /** What cannot be read is among the findings then. */
    void judge(boolean workloads) {
        ClusterKinds<List<Findings.Judgement>> kinds = ClusterKinds.parts(
                client,
                (kind, object) -> judgement(KnownVersion.asWritten(kind, object)),
                findings::add,
                findings::addUnread);
        ReachTable.shipped().guardedGroups().forEach(group -> kinds.list(group, KnownVersion::is));
        ClusterKinds.CORE.forEach(kinds::list);
        if (workloads) {
            ClusterKinds.WORKLOADS.forEach(kinds::list);
        }
    }

    /** The istiods, and the roots that system namespaces are told. */
    void observe(Tenancy tenancy, ObservedMeshes observed) {
        try {
            client.list(Kind.DEPLOYMENT, "", IstioNames.ISTIOD_SELECTOR)
                    .forEach(istiod -> observed.add(ClusterClient.tree(istiod)));
            for (Usergroup usergroup : tenancy.usergroups()) {
                ConfigMap root = client.find(Kind.CONFIG_MAP, usergroup.systemNamespace(), IstioNames.ROOT_CONFIG_MAP);
                if (root != null) {
                    observed.add(ClusterClient.tree(root));
                }
            }
        } catch (ClusterException e) {
            findings.addUnread(String.valueOf(e.getMessage()));
        }
    }

    /** None for what another workload made: that one is judged. */
    private Optional<Findings.Judgement> judgement(ObjectNode object) {
        return ClusterKinds.isMadeByAnother(object)
                ? Optional.empty()
                : Optional.of(findings.judgement(check.check(ClusterKinds.manifest(client, object))));
    }
}
