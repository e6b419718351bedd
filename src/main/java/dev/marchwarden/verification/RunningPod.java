package dev.marchwarden.verification;

import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.kubernetes.ObjectMetadata;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pod that runs and is to stay.
 *
 * @param applications its containers whose traffic goes through the proxy; none in a gateway
 * @param app what it is of, by its label; empty where it has none
 */
record RunningPod(NamespacedName name, boolean isReady, boolean isInjected, List<String> applications, String app) {
    RunningPod {
        applications = List.copyOf(applications);
    }

    /** Empty for a pod that does not run, or is being deleted. */
    static Optional<RunningPod> of(Pod pod) {
        return pod.getStatus() != null
                        && "Running".equals(pod.getStatus().getPhase())
                        && !ObjectMetadata.isTerminating(pod)
                ? Optional.of(new RunningPod(
                        new NamespacedName(ObjectMetadata.namespace(pod), ObjectMetadata.name(pod)),
                        PodState.isReady(pod),
                        Proxy.of(pod) != null,
                        applications(pod),
                        ObjectMetadata.label(pod, "app")))
                : Optional.empty();
    }

    private static List<String> applications(Pod pod) {
        Long ofAll = pod.getSpec().getSecurityContext() == null
                ? null
                : pod.getSpec().getSecurityContext().getRunAsUser();
        // Who sends as the proxy's user is the proxy: redirection leaves it alone (istio: tools/istio-iptables).
        return pod.getSpec().getContainers().stream()
                .filter(container -> !Objects.equals(user(container, ofAll), IstioNames.PROXY_ID))
                .map(Container::getName)
                .filter(name -> !name.equals(IstioNames.PROXY_CONTAINER))
                .toList();
    }

    private static @Nullable Long user(Container container, @Nullable Long ofAll) {
        SecurityContext its = container.getSecurityContext();
        return its == null || its.getRunAsUser() == null ? ofAll : its.getRunAsUser();
    }
}
