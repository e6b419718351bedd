package dev.marchwarden.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The root certificates of a mesh, as PEM. */
final class RootCertificates {
    /** Istio's own CA, and one that somebody brought. */
    private static final Map<String, String> SECRETS =
            Map.of(IstioNames.CA_SECRET, "ca-cert.pem", IstioNames.BROUGHT_CA_SECRET, "root-cert.pem");

    private RootCertificates() {}

    /** By its system namespace; none where there is none. */
    static Set<String> of(ClusterClient cluster, String namespace) throws IOException {
        Set<String> roots = new HashSet<>();
        for (Map.Entry<String, String> secret : SECRETS.entrySet()) {
            Secret there = cluster.find(Kind.SECRET, namespace, secret.getKey());
            String encoded = there == null || there.getData() == null
                    ? ""
                    : there.getData().getOrDefault(secret.getValue(), "");
            if (!encoded.isEmpty()) {
                roots.add(new String(Base64.getDecoder().decode(encoded), UTF_8).strip());
            }
        }
        return roots;
    }

    /** What istiod tells the pods of a namespace. */
    static String in(ConfigMap configMap) {
        return configMap.getData() == null
                ? ""
                : configMap.getData().getOrDefault("root-cert.pem", "").strip();
    }
}
