package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Deletes parts one after another. Each looks for itself what is left of it, so that all may be done again from the beginning. */
final class Removal {
    /** Takes something away and says whether there was anything. */
    interface Act {
        boolean perform() throws IOException;
    }

    private record Part(String name, Act act) {}

    private final ClusterClient cluster;
    private final Helm helm;
    private final WaitLimits limits;
    private final Progress progress;
    private final List<Part> parts = new ArrayList<>();

    Removal(ClusterClient cluster, Helm helm, WaitLimits limits, Progress progress) {
        this.cluster = cluster;
        this.helm = helm;
        this.limits = limits;
        this.progress = progress;
    }

    void part(String name, Act act) {
        parts.add(new Part(name, act));
    }

    /** @param namespace empty for what is in none, or for all */
    <T extends HasMetadata> void all(String name, Kind<T> kind, String namespace, Predicate<? super T> which) {
        part(name, () -> {
            // Of Secrets and ConfigMaps there may be large ones that are not meant.
            List<T> chosen = cluster.<T, List<T>>gather(kind, namespace, "", ArrayList::new, (some, object) -> {
                if (which.test(object)) {
                    some.add(object);
                }
            });
            for (T object : chosen) {
                delete(kind, object);
            }
            return !chosen.isEmpty();
        });
    }

    /** Those of Istio's control plane; what else there is stands in the way and was found before. */
    void releases(String name, String namespace, Predicate<String> which) {
        part(name, () -> {
            boolean any = false;
            if (cluster.find(Kind.NAMESPACE, "", namespace) != null) {
                for (String release : helm.releaseNames(namespace)) {
                    if (which.test(release)) {
                        progress.does("uninstall HelmRelease " + namespace + "/" + release);
                        helm.uninstall(namespace, release, limits.atMost());
                        any = true;
                    }
                }
            }
            return any;
        });
    }

    /** Waits for what ends by itself, after what it belongs to. */
    void none(String name, Kind<?> kind, String namespace, String labels) {
        part(name, () -> {
            WaitLimits.Check isNone = () -> cluster.list(kind, namespace, labels, HasMetadata::getMetadata)
                    .isEmpty();
            if (isNone.holds()) {
                return false;
            }
            progress.waits(kind.plural() + " in namespace " + namespace + " with " + labels + " to end");
            if (!limits.until(isNone)) {
                throw new IOException(
                        "%s in namespace %s with %s are still there after %d s (expected: that they end, because their workload is deleted; `kubectl -n %s get %s -l %s -o wide` shows their nodes)"
                                .formatted(
                                        kind.plural(),
                                        namespace,
                                        labels,
                                        limits.atMost().toSeconds(),
                                        namespace,
                                        kind.plural(),
                                        labels));
            }
            return true;
        });
    }

    void delete(Kind<?> kind, HasMetadata object) throws IOException {
        String namespace = ObjectMetadata.namespace(object);
        String name = kind.titled(namespace, ObjectMetadata.name(object));
        progress.does("delete " + name);
        cluster.delete(kind, object);
        String uid = object.getMetadata().getUid();
        WaitLimits.Check isGone = () -> {
            HasMetadata there = cluster.find(kind, namespace, ObjectMetadata.name(object));
            return there == null || !there.getMetadata().getUid().equals(uid);
        };
        if (!isGone.holds()) {
            progress.waits(name + " to be gone");
            if (!limits.until(isGone)) {
                throw new IOException(
                        name + " is still there after " + limits.atMost().toSeconds()
                                + " s (expected: that its finalizers complete; metadata.finalizers and status name them)");
            }
        }
    }

    void run() throws StoppedException {
        List<String> names = parts.stream().map(Part::name).toList();
        for (int i = 0; i < parts.size(); i++) {
            long begin = System.nanoTime();
            try {
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("interrupted");
                }
                progress.begins(i + 1, parts.size(), names.get(i));
                boolean any = parts.get(i).act().perform();
                progress.ends(Duration.ofNanos(System.nanoTime() - begin), any);
            } catch (IOException e) {
                throw new StoppedException(names.subList(0, i), names.get(i), names.subList(i + 1, names.size()), e);
            }
        }
    }
}
