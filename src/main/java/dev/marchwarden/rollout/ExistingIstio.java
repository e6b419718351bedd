package dev.marchwarden.rollout;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.util.ArrayList;
import java.util.List;

/** Finds what other installations of Istio have that works for all namespaces, and so for those of the usergroups. */
final class ExistingIstio {
    private static final String DEFAULT_INJECTOR = "istio-sidecar-injector";
    private static final String DEFAULT_TAG = "istio-revision-tag-default";
    private static final String DEFAULT_VALIDATOR = "istiod-default-validator";

    private final Tenancy tenancy;
    private final ClusterInventory survey;

    ExistingIstio(Tenancy tenancy, ClusterInventory survey) {
        this.tenancy = tenancy;
        this.survey = survey;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        survey.mutating().forEach(webhook -> injector(webhook, findings));
        survey.validating().stream()
                .map(ObjectMetadata::name)
                .filter(DEFAULT_VALIDATOR::equals)
                .forEach(name -> findings.add(Finding.warning(
                        "existing-istio",
                        "ValidatingWebhookConfiguration " + name,
                        "it sends the configuration of all usergroups to one istiod, and denies all of it while that istiod is down",
                        "`kubectl delete validatingwebhookconfiguration " + name
                                + "` once each mesh has a validator of its own")));
        for (ObjectMeta daemonSet : survey.daemonSets()) {
            if (IstioNames.AMBIENT_AGENTS.contains(daemonSet.getName())) {
                findings.add(Finding.warning(
                        "existing-istio",
                        "DaemonSet " + daemonSet.getNamespace() + "/" + daemonSet.getName(),
                        "it belongs to ambient mode or to the CNI plugin, and a node has only one for all meshes",
                        "keep namespaces of usergroups out of ambient mode; the boundary is not enforced there"));
            }
        }
        return findings;
    }

    private void injector(MutatingWebhookConfiguration webhook, List<Finding> findings) {
        String name = ObjectMetadata.name(webhook);
        String subject = "MutatingWebhookConfiguration " + name;
        if (name.equals(DEFAULT_INJECTOR)
                || name.startsWith(DEFAULT_TAG)
                || ObjectMetadata.label(webhook, MeshLabels.TAG).equals("default")) {
            findings.add(Finding.warning(
                    "existing-istio",
                    subject,
                    "a default revision, which injects pods that name none",
                    "`kubectl delete mutatingwebhookconfiguration " + name
                            + "` unless a mesh of no usergroup needs it"));
            return;
        }
        String tag = ObjectMetadata.label(webhook, MeshLabels.TAG);
        String served = tag.isEmpty() ? ObjectMetadata.label(webhook, MeshLabels.REVISION) : tag;
        Usergroup usergroup = tenancy.servedBy(served);
        String namespace = ObjectMetadata.webhookNamespace(webhook);
        if (usergroup == null || namespace.isEmpty() || ObjectMetadata.isOurs(webhook)) {
            return;
        }
        if (!namespace.equals(usergroup.systemNamespace())) {
            findings.add(
                    Finding.error(
                            "existing-istio",
                            subject,
                            "it injects for " + served + ", which is usergroup " + usergroup.name()
                                    + "'s, from namespace " + namespace,
                            "remove that installation, or rename the usergroup's revision or tag; pods would be injected twice"));
        } else if (!tag.isEmpty()) {
            findings.add(Finding.error(
                    "existing-istio",
                    subject,
                    "a tag that something else has set; pods would be injected twice",
                    "`istioctl tag remove " + tag + "`, or `kubectl delete mutatingwebhookconfiguration " + name
                            + "`, and apply at once"));
        }
    }
}
