package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import java.util.Map;

/** Namespaces about as large as they are in life. */
final class SampleNamespace {
    private SampleNamespace() {}

    static ObjectNode of(String name, Map<String, String> labels) {
        ObjectNode namespace = (ObjectNode) Json.parse("""
                    {"kind":"Namespace","apiVersion":"v1","metadata":{"uid":"1f9c0d1e-8a4b-4b52-9d43-4f0f5b1c0a11",\
                    "creationTimestamp":"2026-11-22T07:00:00Z","annotations":{"kubectl.kubernetes.io/last-applied-configuration":\
                    "{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"Namespace\\",\\"metadata\\":{\\"annotations\\":{},\\"name\\":\\"x\\"}}\\n"},\
                    "managedFields":[{"manager":"kubectl-client-side-apply","operation":"Update","apiVersion":"v1","time":\
                    "2026-11-22T07:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},\
                    "f:kubectl.kubernetes.io/last-applied-configuration":{}},"f:labels":{".":{},"f:istio.io/rev":{},\
                    "f:kubernetes.io/metadata.name":{},"f:usergroup":{}}}}}]},"spec":{"finalizers":["kubernetes"]},\
                    "status":{"phase":"Active"}}""");
        ObjectNode metadata = (ObjectNode) namespace.get("metadata");
        metadata.put("name", name);
        ObjectNode all = metadata.putObject("labels").put("kubernetes.io/metadata.name", name);
        labels.forEach(all::put);
        return namespace;
    }
}
