package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.StatusException;

/** What the API server looks at before it connects somebody to a pod (kubernetes: pkg/registry/core/pod/strategy.go). */
final class Connection {
    private Connection() {}

    static void admit(PodGate.Backing backing, Upgrade upgrade) throws StatusException {
        Resource pods = backing.table().named("pods");
        ObjectNode pod = backing.store().find(pods, upgrade.namespace(), upgrade.pod());
        if (pod == null) {
            throw StatusException.notFound(pods, upgrade.pod());
        }
        String container = upgrade.first("container");
        if (upgrade.kind().equals("exec") && !has(pod, container)) {
            throw StatusException.badRequest("container " + container + " is not valid for pod " + upgrade.pod());
        }
        if (pod.at("/spec/nodeName").asText().isEmpty()) {
            throw StatusException.badRequest("pod " + upgrade.pod() + " does not have a host assigned");
        }
    }

    private static boolean has(ObjectNode pod, String container) {
        for (String list : new String[] {"containers", "initContainers", "ephemeralContainers"}) {
            for (JsonNode each : pod.path("spec").path(list)) {
                if (each.path("name").asText().equals(container)) {
                    return true;
                }
            }
        }
        return false;
    }
}
