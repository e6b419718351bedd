package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The control planes of the usergroups that stay, to be looked at before and after one goes. */
public final class Others {
    private static final List<ObjectKind> IN_NAMESPACE = List.of(
            ObjectKind.DEPLOYMENT,
            ObjectKind.SERVICE,
            ObjectKind.NETWORK_POLICY,
            ObjectKind.PEER_AUTHENTICATION,
            ObjectKind.AUTHORIZATION_POLICY);

    private static final List<ObjectKind> WEBHOOKS = List.of(ObjectKind.MUTATING, ObjectKind.VALIDATING);

    private final ClusterObjects objects;
    private final Helm helm;
    private final Tenancy tenancy;
    private final String leaving;

    public Others(ClusterObjects objects, Helm helm, Tenancy tenancy, String leaving) {
        this.objects = objects;
        this.helm = helm;
        this.tenancy = tenancy;
        this.leaving = leaving;
    }

    /** What they consist of, without what changes by itself. */
    public List<JsonNode> read() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        List<Usergroup> staying = tenancy.usergroups().stream()
                .filter(usergroup -> !usergroup.name().equals(leaving))
                .toList();
        List<String> namespaces =
                staying.stream().map(Usergroup::systemNamespace).toList();
        for (ObjectKind kind : WEBHOOKS) {
            objects.list(kind, "", "").stream()
                    .filter(webhook -> namespaces.contains(Labels.serviceNamespace(webhook)))
                    .forEach(webhook -> all.add(still(kind.kind(), webhook)));
        }
        for (String namespace : namespaces) {
            for (ObjectKind kind : IN_NAMESPACE) {
                objects.list(kind, namespace, "").forEach(object -> all.add(still(kind.kind(), object)));
            }
            objects.list(ObjectKind.SECRET, namespace, "").stream()
                    .filter(secret -> Labels.name(secret).equals("istio-ca-secret"))
                    .forEach(secret -> all.add(still("Secret", secret)));
            for (String release : helm.releaseNames(namespace)) {
                all.add(JsonNodeFactory.instance.objectNode().put("name", "HelmRelease " + namespace + "/" + release));
            }
        }
        return all;
    }

    private static JsonNode still(String kind, JsonNode object) {
        ObjectNode still = JsonNodeFactory.instance.objectNode();
        String namespace = Labels.namespace(object);
        still.put("name", kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + Labels.name(object));
        for (String field : new String[] {"spec", "webhooks", "data"}) {
            // By its hash, for a Secret is among them.
            still.put(field, object.path(field).hashCode());
        }
        return still.put("uid", object.at("/metadata/uid").asText());
    }

    /** Names of what is not in both. */
    public static List<String> changes(List<JsonNode> before, List<JsonNode> after) {
        Set<JsonNode> differing = new LinkedHashSet<>(before);
        after.forEach(one -> {
            if (!differing.remove(one)) {
                differing.add(one);
            }
        });
        return differing.stream()
                .map(one -> one.path("name").asText())
                .distinct()
                .toList();
    }
}
