package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an object of an isolated namespace is seen (pkg/config/visibility; pilot/pkg/model/push_context.go IsServiceVisible, initVirtualServices,
 * initServiceRegistry).
 *
 * @param toSystem whether proxies of the usergroup's system namespace see it
 * @param beyond by which field and value other namespaces do; empty where none does
 * @param to all those; of no account where none does
 * @param byDefault whether the mesh configuration says so, which no admission can deny
 */
record Exports(boolean toSystem, List<ChainLink> beyond, Scope to, boolean byDefault) {
    @Nullable
    RuleName rule() {
        return byDefault ? null : RuleName.FOREIGN_NAMESPACE;
    }

    /** @param ofMesh the field of the mesh configuration that counts where the object has none; never empty */
    static Exports of(
            Manifest object,
            String namespace,
            JsonNode exportTo,
            String field,
            String ofMesh,
            Mesh mesh,
            ClusterObjects objects,
            Sides sides) {
        Usergroup usergroup = mesh.usergroup();
        Scope all = Scope.usergroup(usergroup.name());
        if (exportTo.isEmpty()) {
            Manifest config = mesh.source();
            if (!mesh.defaultExport(ofMesh).equals("*") || config == null) {
                return new Exports(false, List.of(), all, false);
            }
            ChainLink ofConfig = ChainLink.of(config, objects.namespace(config), "data.mesh", ofMesh + " is not .");
            return new Exports(true, List.of(ofConfig, ChainLink.of(object, namespace, field, "")), all, true);
        }
        boolean toSystem = false;
        List<ChainLink> beyond = new ArrayList<>();
        Scope to = all;
        for (JsonNode item : exportTo) {
            String value = item.asText().strip();
            boolean isAll = value.equals("*");
            toSystem |= isAll || value.equals(usergroup.systemNamespace());
            boolean other = !value.equals(".")
                    && !value.equals("~")
                    && !value.equals(namespace)
                    && !value.equals(usergroup.systemNamespace());
            if (isAll || (other && usergroup.name().equals(sides.usergroup(value)))) {
                to = isAll ? all : Scope.namespace(value);
                beyond.add(ChainLink.of(object, namespace, field, value));
            }
        }
        return new Exports(toSystem, beyond, to, false);
    }

    boolean isBeyond() {
        return !beyond.isEmpty();
    }
}
