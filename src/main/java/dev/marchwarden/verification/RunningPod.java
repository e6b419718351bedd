package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.NamespacedName;
import java.util.ArrayList;
import java.util.List;

/** A pod that runs and is to stay. */
record RunningPod(JsonNode tree) {
    private static final String PROXY = "istio-proxy";

    /** Who sends as this user is the proxy: redirection leaves it alone (istio: tools/istio-iptables, PROXY_UID). */
    private static final int PROXY_USER = 1337;

    static boolean is(JsonNode pod) {
        return pod.at("/status/phase").asText().equals("Running")
                && pod.at("/metadata/deletionTimestamp").isMissingNode();
    }

    NamespacedName name() {
        return new NamespacedName(
                tree.at("/metadata/namespace").asText(),
                tree.at("/metadata/name").asText());
    }

    /** As its proxy calls itself to istiod. */
    String proxy() {
        return name().name() + "." + name().namespace();
    }

    boolean isReady() {
        return tree.at("/status/conditions")
                .valueStream()
                .anyMatch(each -> each.path("type").asText().equals("Ready")
                        && each.path("status").asText().equals("True"));
    }

    boolean isInjected() {
        return Proxy.of(tree) != null;
    }

    /** Those whose traffic goes through the proxy; none in a gateway. */
    List<String> applications() {
        JsonNode ofAll = tree.at("/spec/securityContext/runAsUser");
        List<String> names = new ArrayList<>();
        for (JsonNode each : tree.at("/spec/containers")) {
            JsonNode user = each.at("/securityContext/runAsUser");
            boolean asProxy = (user.isMissingNode() ? ofAll : user).asInt() == PROXY_USER;
            if (!each.path("name").asText().equals(PROXY) && !asProxy) {
                names.add(each.path("name").asText());
            }
        }
        return names;
    }

    /** What it is of, by its label. */
    String app() {
        return tree.at("/metadata/labels").path("app").asText();
    }
}
