package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.reach.Effect;
import dev.marchwarden.reach.Inventory;
import dev.marchwarden.reach.Judged;
import dev.marchwarden.reach.Judged.Towards;
import dev.marchwarden.reach.JudgedObject;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.reach.ReachRow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks a real istiod what rows of the reach table do: writes an object with the row's field and one without, and compares what proxies have
 * then. Nothing keeps a crossing out here.
 */
final class ReachJudge {
    /** What is in app-ns-3: its name, its pods and its Services. */
    private static final Pattern NEAR = Pattern.compile("app-ns-3|10\\.44\\.3\\.|10\\.0\\.0\\.(8|9|10)(?!\\d)");

    /** What is in usergroup-1. */
    private static final Pattern FAR =
            Pattern.compile("app-ns-1|usergroup-1|10\\.44\\.[14]\\.|10\\.0\\.0\\.[234](?!\\d)");

    private static final Set<Reach> CLAIMS = Set.of(Reach.HOST_CLAIM, Reach.DNS_CLAIM);

    private final IstioMeshes meshes;
    private final Inventory release;
    private final Inventory ours;
    private final Map<ProxyIdentity, ProxyConfiguration> nothing;

    /** Rows that follow one another often are of one object. */
    private String lastKey = "";

    private @Nullable Map<ProxyIdentity, ProxyConfiguration> last;

    /** What changed for whom by any value of the row. */
    private final Map<ProxyIdentity, Set<String>> changes = new LinkedHashMap<>();

    /** @param release of the definitions that Istio's own chart has */
    ReachJudge(IstioMeshes meshes, Inventory release) throws Exception {
        this.meshes = meshes;
        this.release = release;
        this.ours = Inventory.shipped();
        this.nothing = meshes.configurations();
    }

    Judged judge(KindTable kind, ReachRow row) throws Exception {
        JudgedObject object = JudgedObject.of(kind, row, type(kind, row), served(kind));
        String why = isAbsent(kind, row) ? "not in this release" : object.whyUnjudged();
        if (why != null) {
            return new Judged(row.path(), Judged.claim(row), Map.of(), why);
        }
        List<String> also = new ArrayList<>();
        for (ObjectNode beside : object.also()) {
            also.add(Objects.requireNonNull(meshes.write(beside), beside.toString()));
        }
        try {
            Map<Towards, Effect> effects = effects(row, object);
            boolean clients = Effect.USERGROUP == effects.get(Towards.ANY);
            if (Effect.OWN.compareTo(effects.getOrDefault(Towards.ANY, Effect.REFUSED)) < 0
                    && object.whyClients() == null) {
                changes.forEach((proxy, changed) -> System.out.println("    " + proxy + " " + changed));
            }
            return new Judged(row.path(), Judged.claim(row), effects, clients ? object.whyClients() : null);
        } finally {
            for (String path : also) {
                meshes.delete(path);
            }
        }
    }

    private Map<Towards, Effect> effects(ReachRow row, JudgedObject object) throws Exception {
        boolean claims = CLAIMS.contains(row.reach());
        changes.clear();
        Map<ProxyIdentity, ProxyConfiguration> base = object.also().isEmpty() ? nothing : meshes.configurations();
        if (row.unset() == null) {
            String key = object.also() + " " + object.without();
            if (!key.equals(lastKey)) {
                lastKey = key;
                last = during(object.without());
            }
            Map<ProxyIdentity, ProxyConfiguration> without = last;
            base = without == null ? base : without;
        }
        Map<Towards, Effect> effects = new EnumMap<>(Towards.class);
        for (Map.Entry<Towards, List<JsonNode>> values : object.values().entrySet()) {
            List<Effect> its = new ArrayList<>();
            for (JsonNode value : values.getValue()) {
                Map<ProxyIdentity, ProxyConfiguration> with = during(object.with(value));
                its.add(with == null ? Effect.REFUSED : effect(claims, base, with));
                if (values.getKey() == Towards.OWN && with != null && object.isComparedWithOwn()) {
                    base = with;
                }
            }
            effects.put(values.getKey(), Effect.widest(its));
        }
        return effects;
    }

    private Set<String> served(KindTable kind) {
        Inventory.Kind its = release.kinds().get(kind.group() + " " + kind.kind());
        return its == null ? kind.versions() : its.versions();
    }

    private String type(KindTable kind, ReachRow row) {
        Inventory.Kind fields = ours.kinds().get(kind.group() + " " + kind.kind());
        return fields == null ? "string" : fields.leaves().getOrDefault(row.path(), "string");
    }

    private boolean isAbsent(KindTable kind, ReachRow row) {
        String title = kind.group() + " " + kind.kind();
        Inventory.Kind its = release.kinds().get(title);
        Inventory.Kind known = ours.kinds().get(title);
        if (!kind.complete()) {
            return false;
        }
        boolean isField = known != null && known.leaves().containsKey(row.path());
        return its == null || (isField && !its.leaves().containsKey(row.path()));
    }

    /** What proxies have while an object is there; null where the API server does not take it. */
    private @Nullable Map<ProxyIdentity, ProxyConfiguration> during(ObjectNode object) throws Exception {
        String path = meshes.write(object);
        if (path == null) {
            return null;
        }
        try {
            return meshes.configurations();
        } finally {
            meshes.delete(path);
        }
    }

    /** @param claims whether what is told of a host counts as naming it */
    private Effect effect(
            boolean claims, Map<ProxyIdentity, ProxyConfiguration> base, Map<ProxyIdentity, ProxyConfiguration> with) {
        Set<Effect> effects = new HashSet<>(Set.of(Effect.NOTHING));
        with.forEach((proxy, now) -> {
            ProxyConfiguration before = Objects.requireNonNull(base.get(proxy), proxy.toString());
            Set<String> changed = now.differences(before);
            if (changed.isEmpty()) {
                return;
            }
            changes.computeIfAbsent(proxy, none -> new TreeSet<>()).addAll(changed);
            Set<String> hosts = claims ? changed : Set.of();
            if (!proxy.usergroup().equals("usergroup-2")) {
                effects.add(Effect.ACROSS);
                return;
            }
            effects.add(proxy.namespace().equals(JudgedObject.OWN) ? Effect.OWN : Effect.USERGROUP);
            if (names(FAR, before, now, hosts)) {
                effects.add(Effect.ACROSS);
            }
            if (names(NEAR, before, now, hosts)) {
                effects.add(Effect.USERGROUP);
            }
        });
        return Effect.widest(effects);
    }

    private static boolean names(Pattern whom, ProxyConfiguration before, ProxyConfiguration now, Set<String> changed) {
        return changed.stream().anyMatch(name -> whom.matcher(name).find() && now.has(name))
                || count(whom, now) > count(whom, before);
    }

    private static long count(Pattern whom, ProxyConfiguration configuration) {
        return whom.matcher(configuration.living()).results().count();
    }
}
