package dev.marchwarden.policy.workload;

import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Embedded;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Volumes that annotations give to the proxy: harmless where they hold what is in the pod's own namespace and are mounted where the proxy
 * reads nothing by itself, as certificates for a DestinationRule are.
 */
final class UserVolumes implements ObjectRule {
    private static final String MOUNTS = IstioAnnotations.USER_VOLUME_MOUNT;
    /** In lower case, as Istio's JSON reader makes no difference. */
    private static final Set<String> KINDS_OF_VOLUME = Set.of("secret", "configmap", "emptydir");

    private static final Set<String> FIELDS_OF_MOUNT = Set.of("name", "mountpath", "readonly", "subpath");

    @Override
    public RuleName name() {
        return RuleName.PROXY_OVERRIDE;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.USER_VOLUME);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        if (surroundings.boundary().usergroup() == null) {
            return null;
        }
        boolean mounts = leaf.name().equals(MOUNTS);
        if (isHarmless(leaf.value(), mounts)) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected(
                        mounts
                                ? "a JSON list of mounts with name, mountPath and readOnly, in directories that the proxy"
                                        + " does not read"
                                : "a JSON list of volumes with a name and a secret, configMap or emptyDir")
                .because("the proxy would use files of the author as its own")
                .fix("remove " + leaf.path());
    }

    private static boolean isHarmless(String json, boolean mounts) {
        Embedded.Fields wrapped = Embedded.json("{\"all\":" + json + "}");
        Embedded all = wrapped == null || wrapped.fields().size() != 1
                ? null
                : wrapped.fields().get("all");
        Collection<Embedded> items = null;
        if (all instanceof Embedded.Items list) {
            items = list.items();
        } else if (all instanceof Embedded.Fields named
                && named.fields().keySet().stream().noneMatch(TemplateText::breaksOut)) {
            items = named.fields().values();
        }
        return items != null
                && items.stream().allMatch(item -> mounts ? isHarmlessMount(item) : isHarmlessVolume(item));
    }

    private static boolean isHarmlessVolume(Embedded item) {
        return item instanceof Embedded.Fields volume
                && volume.fields().keySet().stream()
                        .map(key -> key.toLowerCase(Locale.ROOT))
                        .allMatch(key -> key.equals("name") || KINDS_OF_VOLUME.contains(key));
    }

    private static boolean isHarmlessMount(Embedded item) {
        return item instanceof Embedded.Fields mount
                && mount.fields().entrySet().stream().allMatch(UserVolumes::isHarmless);
    }

    private static boolean isHarmless(Map.Entry<String, Embedded> field) {
        String name = field.getKey().toLowerCase(Locale.ROOT);
        return FIELDS_OF_MOUNT.contains(name)
                && field.getValue() instanceof Embedded.Text text
                && !(name.equals("mountpath") && ProxyDirectories.cover(text.value()));
    }
}
