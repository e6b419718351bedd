package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.ResourceTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which groups, versions and resources there are, as clients ask before anything else. */
final class Discovery {
    /** What is asked for, and answered, where all is wanted in one answer. */
    static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final ResourceTable table;

    Discovery(ResourceTable table) {
        this.table = table;
    }

    /** Null where there is nothing at a path. */
    @Nullable
    ObjectNode answer(String path, boolean aggregated) {
        String[] parts = path.substring(1).split("/", -1);
        if (path.equals("/version")) {
            return version();
        } else if (path.equals("/api")) {
            return aggregated ? aggregated(String::isEmpty) : coreVersions();
        } else if (path.equals("/apis")) {
            return aggregated ? aggregated(group -> !group.isEmpty()) : groups();
        } else if (path.equals("/api/v1")) {
            return resources("", "v1");
        } else if (parts[0].equals("apis") && parts.length == 2) {
            return versions(parts[1]).isEmpty()
                    ? null
                    : group(parts[1]).put("kind", "APIGroup").put("apiVersion", "v1");
        } else if (parts[0].equals("apis")
                && parts.length == 3
                && versions(parts[1]).contains(parts[2])) {
            return resources(parts[1], parts[2]);
        }
        return null;
    }

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "35")
                .put("gitVersion", "v1.35.2")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "2026-02-26T00:00:00Z")
                .put("goVersion", "go1.25.7")
                .put("compiler", "gc")
                .put("platform", "linux/amd64");
    }

    private static ObjectNode coreVersions() {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    private Set<String> groupNames() {
        Set<String> names = new LinkedHashSet<>();
        table.all().forEach(each -> names.add(each.group()));
        return names;
    }

    /** The best first, as {@code v1} is before {@code v1beta1}. */
    private List<String> versions(String group) {
        Set<String> versions = new LinkedHashSet<>();
        table.all().stream()
                .filter(each -> each.group().equals(group))
                .forEach(each -> versions.addAll(each.versions()));
        List<String> sorted = new ArrayList<>(versions);
        sorted.sort((one, other) -> rank(other).compareTo(rank(one)));
        return sorted;
    }

    private static String rank(String version) {
        return version.replace("alpha", ".1.").replace("beta", ".2.").replaceFirst("^(v[0-9]+)$", "$1.3");
    }

    private ObjectNode groups() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        groupNames().stream().filter(name -> !name.isEmpty()).forEach(name -> groups.add(group(name)));
        return list;
    }

    private ObjectNode group(String name) {
        ObjectNode group = Json.object().put("name", name);
        List<String> versions = versions(name);
        for (String version : versions) {
            group.withArrayProperty("versions").add(groupVersion(name, version));
        }
        group.set("preferredVersion", groupVersion(name, versions.getFirst()));
        return group;
    }

    private static ObjectNode groupVersion(String group, String version) {
        return Json.object().put("groupVersion", group + "/" + version).put("version", version);
    }

    private List<Resource> of(String group, String version) {
        return table.all().stream()
                .filter(each -> each.group().equals(group) && each.versions().contains(version))
                .toList();
    }

    private static List<String> verbs(Resource resource) {
        return resource.traits().contains("review") ? List.of("create") : VERBS;
    }

    private ObjectNode resources(String group, String version) {
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (Resource each : of(group, version)) {
            ObjectNode entry = resources
                    .addObject()
                    .put("name", each.plural())
                    .put("singularName", each.singular())
                    .put("namespaced", each.namespaced())
                    .put("kind", each.kind());
            verbs(each).forEach(entry.putArray("verbs")::add);
            if (!each.shortNames().isEmpty()) {
                each.shortNames().forEach(entry.putArray("shortNames")::add);
            }
            for (String subresource : each.subresources()) {
                ObjectNode sub = resources
                        .addObject()
                        .put("name", each.plural() + "/" + subresource)
                        .put("singularName", "")
                        .put("namespaced", each.namespaced());
                kindOf(each, subresource, version)
                        .properties()
                        .forEach(field -> sub.set(field.getKey(), field.getValue()));
                sub.putArray("verbs").add("get").add("patch").add("update");
            }
        }
        return list;
    }

    private static ObjectNode kindOf(Resource resource, String subresource, String version) {
        boolean scale = subresource.equals("scale");
        return Json.object()
                .put("group", scale ? "autoscaling" : resource.group())
                .put("version", scale ? "v1" : version)
                .put("kind", scale ? "Scale" : resource.kind());
    }

    private ObjectNode aggregated(Predicate<String> wanted) {
        ObjectNode list =
                Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        groupNames().stream().filter(wanted).forEach(group -> {
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata").putNull("creationTimestamp");
            if (!group.isEmpty()) {
                metadata.put("name", group);
            }
            for (String version : versions(group)) {
                ObjectNode of = item.withArrayProperty("versions").addObject().put("version", version);
                of.put("freshness", "Current");
                of(group, version)
                        .forEach(each -> of.withArrayProperty("resources").add(discovered(each, version)));
            }
        });
        return list;
    }

    private static ObjectNode discovered(Resource resource, String version) {
        ObjectNode entry = Json.object()
                .put("resource", resource.plural())
                .put("scope", resource.namespaced() ? "Namespaced" : "Cluster")
                .put("singularResource", resource.singular());
        entry.set("responseKind", kindOf(resource, "", version));
        verbs(resource).forEach(entry.putArray("verbs")::add);
        resource.shortNames().forEach(entry.putArray("shortNames")::add);
        for (String subresource : resource.subresources()) {
            ObjectNode sub = entry.withArrayProperty("subresources").addObject().put("subresource", subresource);
            sub.set("responseKind", kindOf(resource, subresource, version));
            sub.putArray("verbs").add("get").add("patch").add("update");
        }
        return entry;
    }
}
