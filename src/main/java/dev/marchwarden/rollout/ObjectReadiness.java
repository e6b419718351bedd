package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.HelmRelease;
import dev.marchwarden.bootstrap.ObjectId;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.kubernetes.WorkloadStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ServiceReference;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Waits until the objects of a step are ready: an istiod available, a webhook such that it can be called. */
final class ObjectReadiness {
    private final ClusterClient cluster;
    private final WaitLimits limits;

    ObjectReadiness(ClusterClient cluster, WaitLimits limits) {
        this.cluster = cluster;
        this.limits = limits;
    }

    void await(Step step, Progress progress) throws IOException {
        switch (step) {
            case Step.Objects its -> {
                if (its.ready() == Step.Ready.CALLABLE) {
                    for (JsonNode object : its.objects()) {
                        if (object.has("webhooks")) {
                            awaitCertificate(object, progress);
                        }
                    }
                }
            }
            case Step.Release its -> {
                if (its.ready() == Step.Ready.AVAILABLE) {
                    awaitIstiod(its.release(), progress);
                }
            }
        }
    }

    private void awaitIstiod(HelmRelease release, Progress progress) throws IOException {
        String name = Kind.DEPLOYMENT.titled(release.namespace(), release.name());
        WaitLimits.Check isAvailable =
                () -> WorkloadStatus.isAvailable(cluster.find(Kind.DEPLOYMENT, release.namespace(), release.name()));
        if (isAvailable.holds()) {
            return;
        }
        progress.waits(name + " to be available");
        if (!limits.until(isAvailable)) {
            throw new IOException(
                    "%s is not available after %d s (expected: a pod that is ready; `kubectl -n %s describe deployment,pod -l app=istiod` says why)"
                            .formatted(name, limits.atMost().toSeconds(), release.namespace()));
        }
    }

    /** Until istiod has filled it in, the API server cannot call the webhook, and refuses what it was to look at. */
    private void awaitCertificate(JsonNode manifest, Progress progress) throws IOException {
        ObjectId name = ObjectId.of(manifest);
        Kind<?> kind = Kind.named(name.apiVersion(), name.kind());
        WaitLimits.Check isCallable = () -> isCallable(cluster.find(kind, "", name.name()));
        if (isCallable.holds()) {
            return;
        }
        ServiceReference service = ObjectMetadata.webhooks(ClusterClient.object(kind, manifest))
                .getFirst()
                .getService();
        String istiod = service.getName();
        progress.waits(istiod + " to fill in caBundle of " + name);
        if (!limits.until(isCallable)) {
            throw new IOException(
                    "%s has no caBundle after %d s (expected: %s to fill it in; `kubectl -n %s logs deploy/%s` says why)"
                            .formatted(name, limits.atMost().toSeconds(), istiod, service.getNamespace(), istiod));
        }
    }

    private static boolean isCallable(@Nullable HasMetadata configuration) {
        return configuration != null
                && ObjectMetadata.webhooks(configuration).stream()
                        .map(WebhookClientConfig::getCaBundle)
                        .noneMatch(bundle -> bundle == null || bundle.isEmpty());
    }
}
