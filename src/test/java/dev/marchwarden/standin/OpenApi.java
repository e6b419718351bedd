package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.ResourceTable;
import org.jspecify.annotations.Nullable;

/**
 * As much of OpenAPI as clients need to leave the validation of fields to the server: of each kind that it can be patched, with
 * {@code fieldValidation} and {@code dryRun}. There are no schemas, and nothing is validated.
 */
final class OpenApi {
    private static final String ROOT = "/openapi/v3";

    private final ResourceTable table;

    OpenApi(ResourceTable table) {
        this.table = table;
    }

    /** Null where there is nothing at a path. */
    @Nullable
    ObjectNode answer(String path) {
        if (path.equals(ROOT)) {
            return index();
        }
        return path.startsWith(ROOT + "/") ? document(path.substring(ROOT.length())) : null;
    }

    private static String prefix(Resource resource, String version) {
        return (resource.group().isEmpty() ? "/api/" : "/apis/") + resource.apiVersion(version);
    }

    private ObjectNode index() {
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        for (Resource each : table.all()) {
            for (String version : each.versions()) {
                String prefix = prefix(each, version);
                paths.putObject(prefix.substring(1)).put("serverRelativeURL", ROOT + prefix);
            }
        }
        return index;
    }

    private @Nullable ObjectNode document(String prefix) {
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.35.2");
        ObjectNode paths = document.putObject("paths");
        document.putObject("components").putObject("schemas");
        for (Resource each : table.all()) {
            for (String version : each.versions()) {
                if (prefix(each, version).equals(prefix)) {
                    String scope = each.namespaced() ? "/namespaces/{namespace}/" : "/";
                    paths.putObject(prefix + scope + each.plural() + "/{name}").set("patch", patch(each, version));
                }
            }
        }
        return paths.isEmpty() ? null : document;
    }

    private static ObjectNode patch(Resource resource, String version) {
        ObjectNode patch = Json.object();
        for (String each : new String[] {"dryRun", "fieldManager", "fieldValidation", "force"}) {
            patch.withArrayProperty("parameters").addObject().put("name", each).put("in", "query");
        }
        patch.putObject("requestBody").putObject("content").putObject("application/merge-patch+json");
        patch.putObject("responses").putObject("200").put("description", "OK");
        patch.putObject("x-kubernetes-group-version-kind")
                .put("group", resource.group())
                .put("version", version)
                .put("kind", resource.kind());
        return patch;
    }
}
