package dev.marchwarden.cluster;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One object of the API.
 *
 * @param kind as in its manifest
 * @param collection path of all that are of its kind and namespace
 * @param namespace empty where it is in none
 */
public record ObjectName(String kind, String collection, String namespace, String name) {
    private static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";

    public static ObjectName secret(NamespacedName name) {
        return new ObjectName(
                "Secret", "/api/v1/namespaces/" + name.namespace() + "/secrets", name.namespace(), name.name());
    }

    public static ObjectName lease(NamespacedName name) {
        return new ObjectName(
                "Lease",
                "/apis/coordination.k8s.io/v1/namespaces/" + name.namespace() + "/leases",
                name.namespace(),
                name.name());
    }

    static ObjectName event(String namespace, String name) {
        return new ObjectName("Event", "/api/v1/namespaces/" + namespace + "/events", namespace, name);
    }

    public static ObjectName validating(String name) {
        return new ObjectName(
                "ValidatingWebhookConfiguration", ADMISSION + "validatingwebhookconfigurations", "", name);
    }

    public static ObjectName mutating(String name) {
        return new ObjectName("MutatingWebhookConfiguration", ADMISSION + "mutatingwebhookconfigurations", "", name);
    }

    /** @param kind {@code ValidatingAdmissionPolicy} or another kind of policy or binding */
    public static ObjectName policy(String kind, String name) {
        String lower = kind.toLowerCase(Locale.ROOT);
        String plural = lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
        return new ObjectName(kind, ADMISSION + plural, "", name);
    }

    static ObjectName clusterRole(String name) {
        return new ObjectName("ClusterRole", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "", name);
    }

    static ObjectName pod(NamespacedName name) {
        return new ObjectName("Pod", "/api/v1/namespaces/" + name.namespace() + "/pods", name.namespace(), name.name());
    }

    String path() {
        return collection + "/" + name;
    }

    /** What RBAC lets somebody list and watch who may do so with this name only. */
    ListWatch.Subject alone() {
        return new ListWatch.Subject(
                collection,
                "fieldSelector=" + URLEncoder.encode("metadata.name=" + name, StandardCharsets.UTF_8),
                kind + "List",
                toString());
    }

    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
