package dev.marchwarden.rollout;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** A usergroup, revision or tag that was set up and is no longer in the tenancy. It stays until somebody removes it. */
public record Orphan(What what, String name) {
    /** Kinds of it. */
    public enum What {
        USERGROUP("usergroup"),
        REVISION("revision"),
        TAG("tag");

        private final String word;

        What(String word) {
            this.word = word;
        }
    }

    /** By what bears our mark. */
    public static List<Orphan> of(Tenancy tenancy, ClusterInventory survey) {
        Set<Orphan> retired = new TreeSet<>(Comparator.comparing(Orphan::what).thenComparing(Orphan::name));
        for (NetworkPolicy policy : survey.networkPolicies()) {
            survey.namespaces().stream()
                    .filter(namespace -> ObjectMetadata.name(namespace).equals(ObjectMetadata.namespace(policy)))
                    .map(namespace -> ObjectMetadata.label(namespace, tenancy.usergroupLabel()))
                    .filter(label -> !label.isEmpty() && tenancy.usergroup(label) == null)
                    .forEach(label -> retired.add(new Orphan(What.USERGROUP, label)));
        }
        for (ValidatingWebhookConfiguration validator : survey.validating()) {
            String usergroup = usergroup(validator, tenancy);
            String revision = ObjectMetadata.label(validator, MeshLabels.REVISION);
            if (!ObjectMetadata.isOurs(validator) || usergroup.isEmpty() || revision.isEmpty()) {
                continue;
            }
            Usergroup its = tenancy.usergroup(usergroup);
            if (its == null) {
                retired.add(new Orphan(What.USERGROUP, usergroup));
            } else if (!its.revisions().contains(revision)) {
                retired.add(new Orphan(What.REVISION, revision));
            }
        }
        for (MutatingWebhookConfiguration injector : survey.mutating()) {
            String tag = ObjectMetadata.label(injector, MeshLabels.TAG);
            Usergroup its = tenancy.systemNamespaceOwner(ObjectMetadata.webhookNamespace(injector));
            if (ObjectMetadata.isOurs(injector)
                    && its != null
                    && !tag.isEmpty()
                    && !its.tags().containsKey(tag)) {
                retired.add(new Orphan(What.TAG, tag));
            }
        }
        return List.copyOf(retired);
    }

    /** Whose configuration a validator of ours takes; empty where that is nobody's. */
    static String usergroup(ValidatingWebhookConfiguration validator, Tenancy tenancy) {
        return validator.getWebhooks().stream()
                .limit(1)
                .map(ValidatingWebhook::getNamespaceSelector)
                .filter(Objects::nonNull)
                .map(selector -> selector.getMatchLabels().getOrDefault(tenancy.usergroupLabel(), ""))
                .findFirst()
                .orElse("");
    }

    @Override
    public String toString() {
        return what.word + " " + name
                + ": not in the tenancy any more, but still in the cluster (`marchwarden bootstrap remove --"
                + what.word + " "
                + name + "` removes it)";
    }
}
