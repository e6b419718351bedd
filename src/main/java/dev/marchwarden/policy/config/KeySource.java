package dev.marchwarden.policy.config;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.address.NamedAddress;
import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectSurroundings;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A URL that istiod fetches keys from, in its own namespace and with its own network rights (pilot/pkg/model/jwks_resolver.go). */
final class KeySource {
    /** Scheme, host and port as they are written when nobody wants to be misread: no user, no escapes. */
    private static final Pattern URL =
            Pattern.compile("(?i)https?://(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?([/?#].*)?", Pattern.DOTALL);

    private static final String NOT_SURE = "the host that istiod would call is not certain";

    private KeySource() {}

    static boolean isUrl(String value) {
        return value.contains("://");
    }

    /** Why it must not be fetched from there; null where it may. */
    static @Nullable String reasonAgainst(String url, ObjectSurroundings surroundings) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            return NOT_SURE;
        }
        String host = matcher.group(1).toLowerCase(Locale.ROOT);
        return switch (surroundings.hosts().literal(host)) {
            case HostTarget.InNamespace there ->
                surroundings.isShared(host) ? null : ofNamespace(there.namespace(), surroundings.boundary());
            case HostTarget.Address address -> ofAddress(address.range(), surroundings);
            case HostTarget.External outside -> ofName(outside.name(), surroundings);
            case HostTarget.Unclear unclear -> NOT_SURE;
            case HostTarget.Across across -> "this name belongs to the whole cluster";
            case HostTarget.Nowhere nowhere -> NOT_SURE;
        };
    }

    private static @Nullable String ofName(String name, ObjectSurroundings surroundings) {
        NamedAddress named = NamedAddress.of(name);
        if (named != null) {
            return named.range() == null ? NOT_SURE : ofAddress(named.range(), surroundings);
        }
        return name.indexOf('.') < 0 ? "istiod would call a Service in its own namespace" : null;
    }

    private static @Nullable String ofNamespace(String namespace, Boundary boundary) {
        boolean beside = boundary.usergroup() != null
                && boundary.usergroup().systemNamespace().equals(namespace)
                && !boundary.isSystem();
        return boundary.holds(namespace) && !beside ? null : "istiod would call a Service across the boundary";
    }

    private static @Nullable String ofAddress(AddressRange range, ObjectSurroundings surroundings) {
        boolean near = range.isLocalUse() || surroundings.tenancy().isInCluster(range);
        return near ? "istiod would call an address in its own network" : null;
    }
}
