package dev.marchwarden.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.json.JsonStreams;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** How the library's models are read and written. */
final class ModelJson {
    static final ObjectMapper MAPPER = new ObjectMapper(JsonStreams.WIRE);

    /** Configures the mapper. Models are named by their classes, so none are searched for. */
    static final KubernetesSerialization LIBRARY = new KubernetesSerialization(MAPPER, false);

    private ModelJson() {}
}
