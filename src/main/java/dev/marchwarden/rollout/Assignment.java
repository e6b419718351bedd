package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.cluster.ObjectName;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a namespace a member of a usergroup, or a member go by another revision or tag of it. */
public final class Assignment {
    private final ClusterObjects objects;
    private final Tenancy tenancy;
    private final Usergroup usergroup;
    private final String revision;
    private final String label;

    /**
     * @param revisionOrTag one of the usergroup's; {@link IllegalArgumentException} otherwise
     */
    public Assignment(ClusterObjects objects, Tenancy tenancy, Usergroup usergroup, String revisionOrTag) {
        this.objects = objects;
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
        ObjectName name = ObjectName.of(ObjectKind.NAMESPACE, "", namespace);
        JsonNode before = objects.find(name);
        requireFree(namespace, before);
        requireServed();
        // First let in, then injected: the other way round its pods would be refused by those that are members already.
        boolean changed = letIn(namespace);
        ArrayNode patch = labels(before == null ? JsonNodeFactory.instance.objectNode() : before);
        if (before != null && !patch.isEmpty()) {
            objects.patch(name, before, patch);
            changed = true;
        }
        return changed;
    }

    private void requireFree(String namespace, @Nullable JsonNode there) throws ObstacleException {
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
    }

    /** A namespace whose label nobody serves gets pods without a sidecar, and nobody is told. */
    private void requireServed() throws IOException, ObstacleException {
        ObjectName istiod = ObjectReadiness.istiod(usergroup.systemNamespace(), "istiod-" + revision);
        if (objects.find(istiod) == null) {
            throw new ObstacleException(
                    istiod + ": there is none (expected: the control plane; `marchwarden bootstrap apply` sets it up)");
        }
        String injector = label.equals(revision)
                ? ClusterNames.injector(usergroup, revision)
                : ClusterNames.tagWebhook(usergroup, label);
        ObjectName webhook = ObjectName.mutating(injector);
        JsonNode there = objects.find(webhook);
        if (there == null || !ObjectMetadata.label(there, MeshLabels.REVISION).equals(revision)) {
            throw new ObstacleException(webhook + ": "
                    + (there == null ? "there is none" : "it is not of revision " + revision)
                    + " (expected: the one that injects for " + label + "; `marchwarden bootstrap apply` sets it up)");
        }
    }

    /** Where the usergroup's policy on identities is a closed list. */
    private boolean letIn(String namespace) throws IOException {
        ObjectName name = ObjectName.of(
                ObjectKind.AUTHORIZATION_POLICY, usergroup.systemNamespace(), usergroup.name() + "-identities");
        JsonNode policy = objects.find(name);
        if (policy == null) {
            return false;
        }
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        JsonNode rules = policy.at("/spec/rules");
        for (int i = 0; i < rules.size(); i++) {
            JsonNode closed = rules.path(i).at("/from/0/source/notNamespaces");
            if (closed.isArray()
                    && closed.valueStream().noneMatch(one -> one.asText().equals(namespace))) {
                patch.addObject()
                        .put("op", "add")
                        .put("path", "/spec/rules/" + i + "/from/0/source/notNamespaces/" + place(closed, namespace))
                        .put("value", namespace);
            }
        }
        if (!patch.isEmpty()) {
            objects.patch(name, policy, patch);
        }
        return !patch.isEmpty();
    }

    /** The list is in order, so that a plan that knows the new member finds it as it should be. */
    private static long place(JsonNode closed, String namespace) {
        return closed.valueStream()
                .filter(one -> one.asText().compareTo(namespace) < 0)
                .count();
    }

    private ArrayNode labels(JsonNode before) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put(tenancy.usergroupLabel(), usergroup.name());
        wanted.put(MeshLabels.REVISION, label);
        if (!before.at("/metadata/labels").isObject()) {
            patch.addObject().put("op", "add").put("path", "/metadata/labels").putObject("value");
        }
        wanted.forEach((key, value) -> {
            if (!ObjectMetadata.label(before, key).equals(value)) {
                patch.addObject()
                        .put("op", "add")
                        .put(
                                "path",
                                "/metadata/labels/" + key.replace("~", "~0").replace("/", "~1"))
                        .put("value", value);
            }
        });
        return patch;
    }
}
