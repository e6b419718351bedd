package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.text.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
    private static final String MODE = "sidecar.istio.io/interceptionMode";
    private static final String INCLUDED = "traffic.sidecar.istio.io/includeInboundPorts";
    private static final String EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts";
    private static final Set<String> OF_THE_AGENT = Set.of("15020", "15021", "15090");
    private static final String INJECT = IstioAnnotations.SIDECAR_INJECT;

    static PodState of(JsonNode pod) {
        String asked = ObjectMetadata.label(pod, INJECT).isEmpty()
                ? ObjectMetadata.annotation(pod, INJECT)
                : ObjectMetadata.label(pod, INJECT);
        return new PodState(
                ObjectMetadata.namespace(pod),
                ObjectMetadata.name(pod),
                ObjectMetadata.isTerminating(pod)
                        || ENDED.contains(pod.at("/status/phase").asText()),
                pod.at("/status/conditions")
                        .valueStream()
                        .anyMatch(condition -> condition.path("type").asText().equals("Ready")
                                && condition.path("status").asText().equals("True")),
                asked.equals("false") || pod.at("/spec/hostNetwork").asBoolean(),
                bypass(pod),
                Proxy.of(pod));
    }

    /** As istio-iptables reads them (istio: pkg/kube/inject). What the agent itself listens on it excludes by itself. */
    private static String bypass(JsonNode pod) {
        JsonNode annotations = pod.at("/metadata/annotations");
        if (annotations.path(MODE).asText().equals("NONE")) {
            return MODE + "=NONE";
        }
        if (annotations.has(INCLUDED) && !annotations.path(INCLUDED).asText().equals("*")) {
            return INCLUDED + "=" + Quoted.bare(annotations.path(INCLUDED).asText());
        }
        List<String> excluded = Arrays.stream(
                        annotations.path(EXCLUDED).asText().split(",", -1))
                .map(String::strip)
                .filter(port -> !port.isEmpty() && !OF_THE_AGENT.contains(port))
                .toList();
        return excluded.isEmpty() ? "" : EXCLUDED + "=" + Quoted.bare(String.join(",", excluded));
    }
}
