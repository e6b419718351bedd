package dev.marchwarden.reachability.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.reachability.objects.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far an object of an isolated namespace is seen (pkg/config/visibility; pilot/pkg/model/push_context.go IsServiceVisible, initVirtualServices,
 * initServiceRegistry, initDefaultExportMaps).
 *
 * @param toOwn whether proxies of its own namespace see it
 * @param toSystem whether proxies of the usergroup's system namespace see it
 * @param beyond which others do, and by what
 * @param byDefault whether the mesh configuration says so, which no admission can deny
 */
record Exports(boolean toOwn, boolean toSystem, Map<Scope, List<ChainLink>> beyond, boolean byDefault) {
    private static final Set<String> OWN = Set.of(".", "~");

    /**
     * @param field what says so
     * @param items what it says
     * @param ofMesh the field of the mesh configuration that counts where the object says nothing
     */
    static Exports of(Part field, List<String> items, String ofMesh, Mesh mesh, Separation sides) {
        Scope all = Scope.usergroup(mesh.name());
        Part config = mesh.source();
        JsonNode byDefault = mesh.config().path(ofMesh);
        boolean kept = byDefault.size() == 1 && OWN.contains(byDefault.get(0).asText());
        if (items.isEmpty() && config != null && !kept) {
            ChainLink ofConfig = config.at("data.mesh").link(ofMesh + " is not .");
            return new Exports(true, true, Map.of(all, List.of(ofConfig, field.link(""))), true);
        }
        String system = mesh.usergroup().systemNamespace();
        Map<Scope, List<ChainLink>> beyond = new LinkedHashMap<>();
        for (String item : items) {
            boolean own = OWN.contains(item) || item.equals(field.namespace()) || item.equals(system);
            if (item.equals("*") || (!own && mesh.name().equals(sides.usergroup(item)))) {
                beyond.put(item.equals("*") ? all : Scope.namespace(item), List.of(field.link(item)));
            }
        }
        boolean toAll = items.contains("*");
        boolean toOwn = items.isEmpty() || toAll || items.contains(".") || items.contains(field.namespace());
        return new Exports(toOwn, toAll || items.contains(system), beyond, false);
    }
}
