package dev.marchwarden.verification;

import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.kubernetes.WorkloadStatus;
import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod, as far as its mesh is concerned.
 *
 * @param hasEnded or is about to
 * @param isOptedOut by its own label, or because injectors leave out pods that use the node's network
 * @param bypass the annotation that keeps some of what comes in from its proxy; empty where none does
 */
public record PodState(
        String namespace,
        String name,
        boolean hasEnded,
        boolean isReady,
        boolean isOptedOut,
        String bypass,
        @Nullable Proxy proxy) {
    private static final String MODE = IstioAnnotations.INTERCEPTION_MODE;
    private static final String INCLUDED = IstioAnnotations.INCLUDED_PORTS;
    private static final String EXCLUDED = IstioAnnotations.EXCLUDED_PORTS;
    private static final String INJECT = IstioAnnotations.SIDECAR_INJECT;

    static PodState of(Pod pod) {
        String asked = ObjectMetadata.label(pod, INJECT).isEmpty()
                ? ObjectMetadata.annotation(pod, INJECT)
                : ObjectMetadata.label(pod, INJECT);
        return new PodState(
                ObjectMetadata.namespace(pod),
                ObjectMetadata.name(pod),
                ObjectMetadata.isTerminating(pod) || WorkloadStatus.hasEnded(pod),
                isReady(pod),
                asked.equals("false") || Boolean.TRUE.equals(pod.getSpec().getHostNetwork()),
                bypass(pod),
                Proxy.of(pod));
    }

    static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    /** As istio-iptables reads them (istio: pkg/kube/inject). What the agent itself listens on it excludes by itself. */
    private static String bypass(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        if ("NONE".equals(annotations.get(MODE))) {
            return MODE + "=NONE";
        }
        String included = annotations.getOrDefault(INCLUDED, "*");
        if (!included.equals("*")) {
            return INCLUDED + "=" + Quoted.bare(included);
        }
        List<String> excluded = Arrays.stream(
                        annotations.getOrDefault(EXCLUDED, "").split(",", -1))
                .map(String::strip)
                .filter(port -> !port.isEmpty() && !IstioNames.AGENT_PORTS.contains(port))
                .toList();
        return excluded.isEmpty() ? "" : EXCLUDED + "=" + Quoted.bare(String.join(",", excluded));
    }
}
