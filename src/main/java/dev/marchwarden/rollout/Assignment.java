package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes a namespace a member of a usergroup, or changes a member's revision or tag. */
public final class Assignment {
    private final ClusterClient cluster;
    private final Tenancy tenancy;
    private final Usergroup usergroup;
    private final String revision;
    private final String label;

    /**
     * @param revisionOrTag one of the usergroup's; {@link IllegalArgumentException} otherwise
     */
    public Assignment(ClusterClient cluster, Tenancy tenancy, Usergroup usergroup, String revisionOrTag) {
        this.cluster = cluster;
        this.tenancy = tenancy;
        this.usergroup = usergroup;
        this.label = revisionOrTag;
        this.revision = usergroup.tags().getOrDefault(revisionOrTag, revisionOrTag);
        if (!usergroup.revisions().contains(revision)) {
            throw new IllegalArgumentException(
                    "usergroup " + usergroup.name() + " has no revision or tag " + revisionOrTag);
        }
    }

    /** The revision whose istiod will inject the namespace's pods. */
    public String revision() {
        return revision;
    }

    /** Whether there was anything to write. Throws {@link ObstacleException} where the namespace is not to be had, or nobody would serve it. */
    public boolean assign(String namespace) throws IOException, ObstacleException {
        Namespace before = requireFree(namespace, cluster.find(Kind.NAMESPACE, "", namespace));
        requireServed();
        // First let in, then injected: the other way round its pods would be refused by those that are members already.
        boolean changed = letIn(namespace);
        ObjectNode missing = missingLabels(before);
        if (!missing.isEmpty()) {
            ObjectNode change = JsonNodeFactory.instance.objectNode();
            change.putObject("metadata").set("labels", missing);
            cluster.merge(Kind.NAMESPACE, before, change);
            changed = true;
        }
        return changed;
    }

    private Namespace requireFree(String namespace, @Nullable Namespace there) throws ObstacleException {
        String its = "namespace " + namespace + ": ";
        Usergroup owner = tenancy.systemNamespaceOwner(namespace);
        if (tenancy.isProtected(namespace)) {
            throw new ObstacleException(its + "protected by the tenancy (expected: a namespace of a tenant)");
        }
        if (owner != null) {
            throw new ObstacleException(
                    its + "the system namespace of usergroup " + owner.name() + " (expected: a namespace of a tenant)");
        }
        if (there == null) {
            throw new ObstacleException(
                    its + "there is none (expected: one that is there; `kubectl create namespace " + namespace + "`)");
        }
        if (ObjectMetadata.isTerminating(there)) {
            throw new ObstacleException(its + "it is being deleted (expected: wait, and create it again)");
        }
        String key = tenancy.usergroupLabel();
        String holder = ObjectMetadata.label(there, key);
        Usergroup servedBy = tenancy.servedBy(ObjectMetadata.label(there, MeshLabels.REVISION));
        if ((!holder.isEmpty() && !holder.equals(usergroup.name()))
                || (servedBy != null && !servedBy.equals(usergroup))) {
            throw new ObstacleException(its + "a member of usergroup "
                    + (holder.isEmpty() && servedBy != null ? servedBy.name() : holder)
                    + " (expected: one of none; its owner releases it with `kubectl label namespace " + namespace + " "
                    + key
                    + "- " + MeshLabels.REVISION + "-`)");
        }
        for (String other : new String[] {MeshLabels.INJECTION, MeshLabels.DATAPLANE_MODE}) {
            if (!ObjectMetadata.label(there, other).isEmpty()) {
                throw new ObstacleException(its + "labelled " + other + "=" + ObjectMetadata.label(there, other)
                        + ", which gives it to another mesh or keeps injection out (expected: without it; `kubectl label namespace "
                        + namespace + " " + other + "-`)");
            }
        }
        return there;
    }

    /** A namespace whose label nobody serves gets pods without a sidecar, and nobody is told. */
    private void requireServed() throws IOException, ObstacleException {
        String namespace = usergroup.systemNamespace();
        String istiod = IstioNames.istiod(revision);
        if (cluster.find(Kind.DEPLOYMENT, namespace, istiod) == null) {
            throw new ObstacleException(Kind.DEPLOYMENT.titled(namespace, istiod)
                    + ": there is none (expected: the control plane; `marchwarden bootstrap apply` sets it up)");
        }
        String injector = label.equals(revision)
                ? ClusterNames.injector(usergroup, revision)
                : ClusterNames.tagWebhook(usergroup, label);
        Kind<MutatingWebhookConfiguration> kind = Kind.MUTATING_WEBHOOK_CONFIGURATION;
        MutatingWebhookConfiguration there = cluster.find(kind, "", injector);
        if (there == null || !ObjectMetadata.label(there, MeshLabels.REVISION).equals(revision)) {
            throw new ObstacleException(kind.titled("", injector) + ": "
                    + (there == null ? "there is none" : "it is not of revision " + revision)
                    + " (expected: the one that injects for " + label + "; `marchwarden bootstrap apply` sets it up)");
        }
    }

    /** Where the usergroup's policy on identities is a closed list. */
    private boolean letIn(String namespace) throws IOException {
        GenericKubernetesResource policy =
                cluster.find(Kind.AUTHORIZATION_POLICY, usergroup.systemNamespace(), usergroup.name() + "-identities");
        if (policy == null) {
            return false;
        }
        // A merge replaces a list as a whole.
        JsonNode rules = ClusterClient.tree(policy).at("/spec/rules").deepCopy();
        boolean changed = false;
        for (JsonNode rule : rules) {
            if (rule.at("/from/0/source/notNamespaces") instanceof ArrayNode closed
                    && closed.valueStream().noneMatch(one -> one.asText().equals(namespace))) {
                closed.insert(place(closed, namespace), namespace);
                changed = true;
            }
        }
        if (changed) {
            ObjectNode change = JsonNodeFactory.instance.objectNode();
            change.putObject("spec").set("rules", rules);
            cluster.merge(Kind.AUTHORIZATION_POLICY, policy, change);
        }
        return changed;
    }

    /** The list is in order, so that a plan that knows the new member finds it as it should be. */
    private static int place(ArrayNode closed, String namespace) {
        return (int) closed.valueStream()
                .filter(one -> one.asText().compareTo(namespace) < 0)
                .count();
    }

    /** Of the two that a member has, those that this namespace does not have with that value. */
    private ObjectNode missingLabels(Namespace before) {
        ObjectNode missing = JsonNodeFactory.instance.objectNode();
        missing.put(tenancy.usergroupLabel(), usergroup.name()).put(MeshLabels.REVISION, label);
        missing.properties()
                .removeIf(wanted -> ObjectMetadata.label(before, wanted.getKey())
                        .equals(wanted.getValue().asText()));
        return missing;
    }
}
