package dev.marchwarden.manifest;

import java.util.ArrayList;
import java.util.List;

/**
 * The objects and errors of files.
 *
 * @param manifests the Kubernetes objects, in the order in which they stand
 * @param unreadable what cannot be read
 * @param skipped how many documents are something else than a Kubernetes object, such as {@code values.yaml}, {@code Chart.yaml}, a
 *     {@code kustomization.yaml}, a patch, or in directories what is neither JSON nor YAML and speaks of no object
 */
public record ManifestFiles(List<Manifest> manifests, List<UnreadableDocument> unreadable, int skipped) {
    public ManifestFiles {
        manifests = List.copyOf(manifests);
        unreadable = List.copyOf(unreadable);
    }

    /** Collects them. */
    static final class Builder {
        final List<Manifest> manifests = new ArrayList<>();
        final List<UnreadableDocument> unreadable = new ArrayList<>();
        final List<String> skipped = new ArrayList<>();

        /** Of what was skipped, what is not even a map. */
        final List<UnreadableDocument> others = new ArrayList<>();

        /** Where there is nothing but lists and single values, the wrong file was named. */
        ManifestFiles build() {
            if (manifests.isEmpty() && unreadable.isEmpty() && others.size() == skipped.size()) {
                return new ManifestFiles(manifests, others, 0);
            }
            return new ManifestFiles(manifests, unreadable, skipped.size());
        }
    }
}
