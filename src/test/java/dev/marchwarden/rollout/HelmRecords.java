package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.standin.StandInApiServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** helm's records of its releases: Secrets with the release in JSON, packed, and in Base64 twice. */
final class HelmRecords {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HelmRecords() {}

    /** One record more after the last, in this state: what helm leaves when it is killed at an upgrade. */
    static void leave(StandInApiServer api, String namespace, String release, String status) throws IOException {
        write(api, last(api, namespace, release), release, 1, status);
    }

    /** The last record in this state: what it leaves when it is killed at an installation, or at taking a release away. */
    static void set(StandInApiServer api, String namespace, String release, String status) throws IOException {
        write(api, last(api, namespace, release), release, 0, status);
    }

    private static ObjectNode last(StandInApiServer api, String namespace, String release) {
        return api.all("secrets").stream()
                .filter(secret -> ObjectMetadata.namespace(secret).equals(namespace)
                        && ObjectMetadata.label(secret, "name").equals(release))
                .reduce((one, other) -> other)
                .orElseThrow()
                .deepCopy();
    }

    private static void write(StandInApiServer api, ObjectNode last, String release, int later, String status)
            throws IOException {
        int version = Integer.parseInt(ObjectMetadata.label(last, "version")) + later;
        String name = "sh.helm.release.v1." + release + ".v" + version;
        ObjectNode metadata = last.withObject("/metadata");
        metadata.put("name", name).remove("resourceVersion");
        metadata.withObject("/labels").put("version", String.valueOf(version)).put("status", status);
        byte[] packed = Base64.getDecoder()
                .decode(Base64.getDecoder().decode(last.at("/data/release").asText()));
        JsonNode content;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            content = JSON.readTree(in.readAllBytes());
        }
        ((ObjectNode) content).put("version", version).withObject("/info").put("status", status);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(JSON.writeValueAsBytes(content));
        }
        last.withObject("/data")
                .put(
                        "release",
                        Base64.getEncoder().encodeToString(Base64.getEncoder().encode(bytes.toByteArray())));
        last.put("apiVersion", "v1").put("kind", "Secret");
        api.put(JSON.writeValueAsString(last));
    }
}
