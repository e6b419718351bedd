package dev.marchwarden.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.cluster.ObjectName;
import java.io.IOException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The root certificates of a mesh, as PEM. */
final class RootCertificates {
    /** Istio's own CA, and one that somebody brought. */
    private static final Map<String, String> SECRETS =
            Map.of("istio-ca-secret", "ca-cert.pem", "cacerts", "root-cert.pem");

    private RootCertificates() {}

    /** By its system namespace; none where there is none. */
    static Set<String> of(ClusterObjects objects, String namespace) throws IOException {
        Set<String> roots = new HashSet<>();
        for (Map.Entry<String, String> secret : SECRETS.entrySet()) {
            JsonNode there = objects.find(ObjectName.of(ObjectKind.SECRET, namespace, secret.getKey()));
            String encoded = there == null
                    ? ""
                    : there.path("data").path(secret.getValue()).asText();
            if (!encoded.isEmpty()) {
                roots.add(new String(Base64.getDecoder().decode(encoded), UTF_8).strip());
            }
        }
        return roots;
    }

    /** What istiod tells the pods of a namespace. */
    static String in(JsonNode configMap) {
        return configMap.path("data").path("root-cert.pem").asText().strip();
    }
}
