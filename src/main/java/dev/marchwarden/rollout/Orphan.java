package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Something that we set up once and that the tenancy has no more. It stays until somebody removes it. */
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
        for (JsonNode policy : survey.networkPolicies()) {
            survey.namespaces().stream()
                    .filter(namespace -> Labels.name(namespace).equals(Labels.namespace(policy)))
                    .map(namespace -> Labels.of(namespace, tenancy.usergroupLabel()))
                    .filter(label -> !label.isEmpty() && tenancy.usergroup(label) == null)
                    .forEach(label -> retired.add(new Orphan(What.USERGROUP, label)));
        }
        for (JsonNode validator : survey.validating()) {
            String usergroup = usergroup(validator, tenancy);
            String revision = Labels.of(validator, Labels.REVISION);
            if (!Labels.isOurs(validator) || usergroup.isEmpty() || revision.isEmpty()) {
                continue;
            }
            Usergroup its = tenancy.usergroup(usergroup);
            if (its == null) {
                retired.add(new Orphan(What.USERGROUP, usergroup));
            } else if (!its.revisions().contains(revision)) {
                retired.add(new Orphan(What.REVISION, revision));
            }
        }
        for (JsonNode injector : survey.mutating()) {
            String tag = Labels.of(injector, Labels.TAG);
            Usergroup its = tenancy.systemNamespaceOwner(Labels.serviceNamespace(injector));
            if (Labels.isOurs(injector)
                    && its != null
                    && !tag.isEmpty()
                    && !its.tags().containsKey(tag)) {
                retired.add(new Orphan(What.TAG, tag));
            }
        }
        return List.copyOf(retired);
    }

    /** Whose configuration a validator of ours takes; empty where that is nobody's. */
    static String usergroup(JsonNode validator, Tenancy tenancy) {
        return validator
                .path("webhooks")
                .path(0)
                .path("namespaceSelector")
                .path("matchLabels")
                .path(tenancy.usergroupLabel())
                .asText();
    }

    @Override
    public String toString() {
        return what.word + " " + name
                + ": not of the tenancy any more, but still there (`marchwarden bootstrap remove --" + what.word + " "
                + name + "` takes it away)";
    }
}
