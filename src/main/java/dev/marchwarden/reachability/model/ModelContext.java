package dev.marchwarden.reachability.model;

import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The input of the model, and the consumer of the paths that it finds.
 *
 * @param found takes what it finds, some of it more than once
 */
public record ModelContext(
        Tenancy tenancy, ClusterObjects objects, Separation sides, Meshes meshes, Consumer<OpenPath> found) {
    public static ModelContext at(Tenancy tenancy, ClusterObjects objects, Consumer<OpenPath> found) {
        return new ModelContext(
                tenancy, objects, new Separation(tenancy, objects), new Meshes(tenancy, objects), found);
    }

    void open(PathKind way, Scope from, Scope to, ChainLink... chain) {
        open(way, way.rule, from, to, List.of(chain));
    }

    void open(PathKind way, @Nullable RuleName rule, Scope from, Scope to, List<ChainLink> chain) {
        found.accept(new OpenPath(from, to, chain, rule, way.why));
    }
}
