package dev.marchwarden.reporting;

import dev.marchwarden.kubernetes.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Locale;

/** By which API reports are written; other tools read them without knowing of us. */
public enum ReportApi {
    /** Report and ClusterReport of OpenReports. */
    OPENREPORTS("openreports.io", "v1alpha1", "Report"),
    /** PolicyReport and ClusterPolicyReport of Kubernetes' policy working group, which OpenReports came from. */
    POLICYREPORTS("wgpolicyk8s.io", "v1alpha2", "PolicyReport");

    private final String group;
    private final String version;
    private final String kind;

    ReportApi(String group, String version, String kind) {
        this.group = group;
        this.version = version;
        this.kind = kind;
    }

    /** Of what a namespace has. */
    public Kind<GenericKubernetesResource> namespaced() {
        return Kind.generic(group, version, kind, plural(), true);
    }

    /** Of what the cluster has once. */
    public Kind<GenericKubernetesResource> cluster() {
        return Kind.generic(group, version, "Cluster" + kind, "cluster" + plural(), false);
    }

    private String plural() {
        return kind.toLowerCase(Locale.ROOT) + "s";
    }
}
