package dev.marchwarden.standin;

import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.ResourceTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the path of a request names.
 *
 * @param namespace empty for all, and for what is in none
 * @param name empty for all
 * @param subresource empty for the object itself
 */
record Target(Resource resource, String version, String namespace, String name, String subresource) {

    /** Null where a path leads to no resource. */
    static @Nullable Target of(ResourceTable table, String path) {
        List<String> parts = new ArrayList<>(Arrays.asList(path.substring(1).split("/", -1)));
        String group = "";
        if (parts.removeFirst().equals("apis")) {
            group = parts.isEmpty() ? "" : parts.removeFirst();
        } else if (!path.startsWith("/api/")) {
            return null;
        }
        if (parts.size() < 2) {
            return null;
        }
        String version = parts.removeFirst();
        String namespace = "";
        if (parts.getFirst().equals("namespaces") && parts.size() > 2 && !isSubresource(parts.get(2))) {
            namespace = parts.get(1);
            parts.subList(0, 2).clear();
        }
        Resource resource = table.find(group, parts.getFirst());
        if (resource == null || !resource.versions().contains(version) || parts.size() > 3) {
            return null;
        }
        return new Target(
                resource,
                version,
                namespace,
                parts.size() > 1 ? parts.get(1) : "",
                parts.size() > 2 ? parts.get(2) : "");
    }

    private static boolean isSubresource(String ofNamespaces) {
        return ofNamespaces.equals("status") || ofNamespaces.equals("finalize");
    }

    Target named(String other) {
        return new Target(resource, version, namespace, other, subresource);
    }
}
