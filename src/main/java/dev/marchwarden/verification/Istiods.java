package dev.marchwarden.verification;

import dev.marchwarden.bootstrap.IstioVersion;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.WorkloadStatus;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Each revision of the tenancy has an istiod, and that is up and of a version that keeps to its namespaces. */
final class Istiods implements Check {
    private static final String NAME = "istiod";

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            usergroup.revisions().forEach(revision -> findings.add(finding(snapshot, usergroup, revision)));
            snapshot.istiods(usergroup).stream()
                    .filter(istiod -> !usergroup.revisions().contains(istiod.revision()))
                    .forEach(istiod -> findings.add(Finding.warning(
                            NAME,
                            istiod.name(),
                            "revision " + istiod.revision() + " is not in the tenancy",
                            "`marchwarden bootstrap remove --revision " + istiod.revision()
                                    + "` once nothing uses it")));
        }
        return findings;
    }

    private static Finding finding(Snapshot snapshot, Usergroup usergroup, String revision) {
        Istiod istiod = snapshot.istiod(usergroup, revision);
        if (istiod == null) {
            return Finding.error(
                    NAME,
                    usergroup.systemNamespace() + "/istiod-" + revision,
                    "there is none for revision " + revision,
                    FixCommands.APPLY);
        }
        String subject = istiod.name();
        String look = "`kubectl -n " + istiod.namespace() + " describe deployment,pod -l app=istiod` says why";
        int wanted = istiod.replicas();
        int ready = istiod.readyReplicas();
        String pods = ready + " of " + wanted + (wanted == 1 ? " pod ready" : " pods ready");
        Optional<IstioVersion> version = istiod.version();
        if (!WorkloadStatus.isAvailable(istiod.deployment())) {
            return Finding.error(NAME, subject, "not available, " + pods, look);
        }
        if (version.isPresent() && !version.get().keepsToItsNamespaces()) {
            return Finding.error(
                    NAME,
                    subject,
                    "Istio " + version.get()
                            + " reads configuration of every namespace, whatever its discoverySelectors",
                    "`marchwarden bootstrap apply` with an --istio-version from 1.22.0 on");
        }
        if (wanted == 0) {
            return Finding.error(
                    NAME,
                    subject,
                    "scaled to none",
                    "`kubectl -n " + istiod.namespace() + " scale deployment istiod-" + revision + " --replicas=1`");
        }
        if (ready < wanted) {
            return Finding.warning(NAME, subject, pods, look);
        }
        if (version.isEmpty()) {
            return Finding.warning(
                    NAME,
                    subject,
                    pods + "; image " + Quoted.bare(istiod.image()) + " does not tell its version of Istio",
                    "make sure that it is 1.22.0 or newer");
        }
        return Finding.ok(NAME, subject, pods + ", Istio " + version.get());
    }
}
