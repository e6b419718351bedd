package dev.marchwarden.verification;

import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One line of what {@code istioctl proxy-status} shows, as far as the pod tells it: a proxy that a usergroup has to do with.
 *
 * @param usergroup whose namespace it is in; empty for nobody's
 */
public record ProxyRow(String namespace, String pod, String usergroup, boolean isReady, Proxy proxy) {
    /** By namespace and pod. */
    static List<ProxyRow> of(Snapshot snapshot) {
        List<ProxyRow> rows = new ArrayList<>();
        Map<String, ObservedNamespace> namespaces = new HashMap<>();
        snapshot.namespaces().forEach(namespace -> namespaces.put(namespace.name(), namespace));
        for (PodState pod : snapshot.pods()) {
            Proxy proxy = pod.proxy();
            ObservedNamespace namespace = namespaces.get(pod.namespace());
            if (proxy == null || pod.hasEnded() || namespace == null) {
                continue;
            }
            Usergroup usergroup = snapshot.usergroup(namespace);
            if (usergroup != null || snapshot.tenancy().servedBy(proxy.revision()) != null) {
                rows.add(new ProxyRow(
                        pod.namespace(), pod.name(), usergroup == null ? "" : usergroup.name(), pod.isReady(), proxy));
            }
        }
        rows.sort(Comparator.comparing(ProxyRow::namespace).thenComparing(ProxyRow::pod));
        return rows;
    }
}
