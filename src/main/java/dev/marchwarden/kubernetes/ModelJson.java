package dev.marchwarden.kubernetes;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.json.JsonStreams;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;

/** How the library's models are read and written. */
final class ModelJson {
    static final ObjectMapper MAPPER = new ObjectMapper(JsonStreams.WIRE);

    /** Configures the mapper. Models are named by their classes, so none are searched for. */
    static final KubernetesSerialization LIBRARY = new KubernetesSerialization(MAPPER, false);

    static {
        // API servers write null for some lists that are empty, such as the endpoints of an EndpointSlice.
        JsonSetter.Value emptyForNull = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
        MAPPER.configOverride(List.class).setSetterInfo(emptyForNull);
        MAPPER.configOverride(Map.class).setSetterInfo(emptyForNull);
    }

    private ModelJson() {}
}
