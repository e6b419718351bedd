package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** A control plane as the file that {@code istioctl install -f} takes. */
final class OperatorFile {
    private OperatorFile() {}

    /** What is a field of the file's own moves there from the values of the chart. */
    static ObjectNode of(ControlPlane plane) {
        ObjectNode operator = Template.one(
                "operator.yaml",
                Map.of(
                        "revision",
                        plane.revision(),
                        "systemNamespace",
                        plane.usergroup().systemNamespace()));
        ObjectNode spec = operator.withObject("/spec");
        ObjectNode values = plane.values().deepCopy();
        values.remove("revision");
        JsonNode profile = values.remove("profile");
        if (profile != null) {
            spec.set("profile", profile);
        }
        spec.set("meshConfig", values.remove("meshConfig"));
        spec.set("values", values);
        return operator;
    }
}
