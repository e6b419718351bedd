package dev.marchwarden.reachability.model;

import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the model looks at.
 *
 * @param found takes what it finds, some of it more than once
 */
public record Look(Tenancy tenancy, ClusterObjects objects, Sides sides, Meshes meshes, Consumer<Opening> found) {
    public static Look at(Tenancy tenancy, ClusterObjects objects, Consumer<Opening> found) {
        return new Look(tenancy, objects, new Sides(tenancy, objects), new Meshes(tenancy, objects), found);
    }

    void open(Way way, Scope from, Scope to, ChainLink... chain) {
        open(way, way.rule, from, to, List.of(chain));
    }

    void open(Way way, @Nullable RuleName rule, Scope from, Scope to, List<ChainLink> chain) {
        found.accept(new Opening(from, to, chain, rule, way.why));
    }
}
