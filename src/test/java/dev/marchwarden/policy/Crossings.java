package dev.marchwarden.policy;

import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** For each reach that crosses: values that do, and values like them that do not. */
final class Crossings {
    private static final String HOST_OF = "web.%s.svc.cluster.local";

    private final Map<Reach, List<Crossing>> byReach = new EnumMap<>(Reach.class);

    /**
     * A pair of values.
     *
     * @param across what crosses
     * @param rule the one that says so
     * @param inside what does not; null where every value crosses, or where it is the author that counts
     * @param beside siblings of both values, by the names of their fields
     * @param besideInside siblings of the value inside, which are others
     */
    record Crossing(
            String across,
            RuleName rule,
            @Nullable String inside,
            Map<String, String> beside,
            Map<String, String> besideInside) {
        Crossing(String across, RuleName rule, @Nullable String inside) {
            this(across, rule, inside, Map.of(), Map.of());
        }

        Crossing beside(String field, String value) {
            return new Crossing(across, rule, inside, Map.of(field, value), Map.of(field, value));
        }

        Crossing butInside(String field, String value) {
            return new Crossing(across, rule, inside, beside, Map.of(field, value));
        }
    }

    /** Of a reach that has no entry: none. */
    List<Crossing> of(Reach reach) {
        return byReach.getOrDefault(reach, List.of());
    }

    private void put(Reach reach, Crossing... crossings) {
        byReach.put(reach, List.of(crossings));
    }

    /** Between usergroups: from a namespace of red to one of blue. */
    static Crossings betweenUsergroups() {
        Crossings all = new Crossings("red-app", "blue-app");
        all.put(
                Reach.SERVER_HOST,
                inside("./www.example.com", RuleName.FOREIGN_NAMESPACE, "blue-app/www.example.com"),
                inside("www.example.com", RuleName.OPEN_GATEWAY, "*/www.example.com"),
                inside("red-app/web.red-app", RuleName.HOST_CLAIM, "./web.blue-app"));
        all.put(
                Reach.PRINCIPAL,
                inside(
                        "cluster.local/ns/red-app/sa/web",
                        RuleName.FOREIGN_IDENTITY,
                        "cluster.local/ns/blue-app/sa/web"),
                inside("*", RuleName.FOREIGN_IDENTITY, "*/ns/blue-app/sa/*"),
                inside("*/sa/web", RuleName.FOREIGN_IDENTITY, "*/blue-app/sa/web"),
                inside("red.mesh.local/ns/red-app/*", RuleName.FOREIGN_IDENTITY, "blue.mesh.local/ns/red-app/sa/web"));
        all.put(
                Reach.REVISION,
                inside("red-2", RuleName.CONFIG_REVISION_MISMATCH, "blue"),
                inside("red-1", RuleName.CONFIG_REVISION_MISMATCH, "red-stable"));
        all.put(Reach.GATEWAY_CLASS, inside("istio-red", RuleName.FOREIGN_NAMESPACE, "istio-blue"));
        all.put(Reach.REVISION_OR_TAG, inside("red-stable", RuleName.CONFIG_REVISION_MISMATCH, "blue"));
        all.put(Reach.TRUST_DOMAIN, inside("red.mesh.local", RuleName.FOREIGN_IDENTITY, "blue.mesh.local"));
        return all;
    }

    /** Between the namespaces of a usergroup that isolates them; what names all of them crosses as well. */
    static Crossings betweenNamespaces() {
        Crossings all = new Crossings("sealed-app", "sealed-app-2");
        all.put(
                Reach.EXPORT,
                inside(".", RuleName.FOREIGN_NAMESPACE, "*"),
                inside("~", RuleName.FOREIGN_NAMESPACE, "sealed-app-2"));
        all.put(
                Reach.EGRESS_HOST,
                inside("./*", RuleName.FOREIGN_NAMESPACE, "*/*"),
                inside("sealed-system/*", RuleName.FOREIGN_NAMESPACE, "sealed-app-2/*"),
                inside("~/*", RuleName.FOREIGN_NAMESPACE, "*/www.example.com"),
                inside("~sealed-app-2/*", RuleName.FOREIGN_NAMESPACE, "*/www.example.com"));
        all.put(
                Reach.SERVER_HOST,
                inside("./www.example.com", RuleName.FOREIGN_NAMESPACE, "www.example.com"),
                inside("sealed-app/*", RuleName.FOREIGN_NAMESPACE, "sealed-app-2/*"),
                inside("./*", RuleName.OPEN_GATEWAY, "*/*"));
        all.put(
                Reach.HOST_CLAIM,
                inside(HOST_OF.formatted("sealed-app"), RuleName.HOST_CLAIM, HOST_OF.formatted("sealed-app-2")),
                inside(HOST_OF.formatted("sealed-system"), RuleName.HOST_CLAIM, "*.local"));
        all.put(
                Reach.DNS_CLAIM,
                inside(HOST_OF.formatted("sealed-app"), RuleName.HOST_CLAIM, HOST_OF.formatted("sealed-app-2")),
                inside("www.example.com", RuleName.HOST_CLAIM, HOST_OF.formatted("sealed-system")));
        all.put(
                Reach.PRINCIPAL,
                inside(
                        "cluster.local/ns/sealed-app/sa/web",
                        RuleName.FOREIGN_IDENTITY,
                        "cluster.local/ns/sealed-app-2/sa/web"),
                inside("*/ns/sealed-app/sa/*", RuleName.FOREIGN_IDENTITY, "*"),
                inside("*/ns/sealed-system/sa/*", RuleName.FOREIGN_IDENTITY, "cluster.local/*"));
        all.put(
                Reach.SOURCE_NAMESPACE,
                inside("sealed-system", RuleName.FOREIGN_IDENTITY, "*"),
                inside("sealed-app", RuleName.FOREIGN_IDENTITY, "sealed-app-2"));
        all.put(Reach.TRUST_DOMAIN, inside("cluster.local", RuleName.FOREIGN_IDENTITY, "*"));
        all.put(Reach.REVISION, inside("sealed", RuleName.CONFIG_REVISION_MISMATCH, "blue"));
        all.put(Reach.GATEWAY_CLASS, inside("istio-sealed", RuleName.FOREIGN_NAMESPACE, "istio-red"));
        all.put(Reach.REVISION_OR_TAG, inside("sealed", RuleName.CONFIG_REVISION_MISMATCH, "blue"));
        return all;
    }

    /** From what is in no namespace. */
    static Crossings fromNowhere() {
        Crossings all = new Crossings("loose", "blue-app");
        all.put(Reach.REVISION, inside("blue", RuleName.CONFIG_REVISION_MISMATCH, "green"));
        return all;
    }

    /** What is the same for both borders. */
    private Crossings(String here, String there) {
        String host = HOST_OF.formatted(there);
        String own = HOST_OF.formatted(here);
        put(Reach.HOST, inside(own, RuleName.FOREIGN_HOST, host), inside("web", RuleName.FOREIGN_HOST, "web." + there));
        put(Reach.HOST_CLAIM, inside(own, RuleName.HOST_CLAIM, host), inside("web", RuleName.HOST_CLAIM, "*.local"));
        put(Reach.DNS_CLAIM, inside(own, RuleName.HOST_CLAIM, host));
        put(Reach.AUTHORITY, inside("www.example.com", RuleName.FOREIGN_HOST, "web." + there + ".svc"));
        put(
                Reach.HEADER,
                inside(own, RuleName.FOREIGN_HOST, host).beside("name", "Host"),
                inside(own, RuleName.FOREIGN_HOST, host).beside("name", ":authority"),
                inside(host, RuleName.FOREIGN_HOST, host).beside("name", "host").butInside("name", "x-forwarded-host"));
        put(
                Reach.BACKEND,
                inside(own, RuleName.FOREIGN_HOST, host).beside("kind", "Hostname"),
                inside("web", RuleName.FOREIGN_HOST, host)
                        .beside("kind", "Hostname")
                        .butInside("kind", "Service"));
        put(
                Reach.TLS_TARGET,
                inside("web", RuleName.MTLS_DOWNGRADE, "web")
                        .beside("kind", "Service")
                        .butInside("kind", "ServiceEntry"));
        put(Reach.NAMESPACE, inside(here, RuleName.FOREIGN_NAMESPACE, there));
        put(Reach.EXPORT, inside(".", RuleName.FOREIGN_NAMESPACE, there));
        put(
                Reach.GATEWAY,
                inside("gateway", RuleName.FOREIGN_NAMESPACE, there + "/gateway"),
                inside("mesh", RuleName.FOREIGN_NAMESPACE, "gateway." + there),
                inside("./gateway", RuleName.FOREIGN_NAMESPACE, "gateway." + there + ".svc.cluster.local"));
        put(Reach.EGRESS_HOST, inside("./*", RuleName.FOREIGN_NAMESPACE, there + "/*"));
        put(
                Reach.SECRET,
                inside("certificate", RuleName.FOREIGN_NAMESPACE, "kubernetes://" + there + "/certificate"),
                inside(here + "/certificate", RuleName.FOREIGN_NAMESPACE, there + "/certificate"),
                inside("builtin://", RuleName.FOREIGN_NAMESPACE, "configmap://" + there + "/ca"));
        put(
                Reach.ROUTE_ADMISSION,
                inside("Same", RuleName.OPEN_GATEWAY, "All"),
                inside("None", RuleName.OPEN_GATEWAY, "Selector"));
        put(
                Reach.SOURCE_NAMESPACE,
                inside(here, RuleName.FOREIGN_IDENTITY, there),
                inside(here, RuleName.FOREIGN_IDENTITY, there + "*"));
        put(
                Reach.SERVICE_ACCOUNT,
                inside("web", RuleName.FOREIGN_IDENTITY, there + "/web"),
                inside(here + "/web", RuleName.FOREIGN_IDENTITY, there + "/web"));
        put(
                Reach.CONDITION,
                inside(here, RuleName.FOREIGN_IDENTITY, there).beside("key", "source.namespace"),
                inside(
                                "cluster.local/ns/" + here + "/sa/web",
                                RuleName.FOREIGN_IDENTITY,
                                "cluster.local/ns/" + there + "/sa/web")
                        .beside("key", "source.principal"),
                inside(here + "/web", RuleName.FOREIGN_IDENTITY, there + "/web").beside("key", "source.serviceAccount"),
                inside(there, RuleName.FOREIGN_IDENTITY, there)
                        .beside("key", "source.namespace")
                        .butInside("key", "request.headers[x-namespace]"));
        put(
                Reach.SUBJECT_ALT_NAME,
                inside(
                        "spiffe://cluster.local/ns/" + here + "/sa/web",
                        RuleName.FOREIGN_IDENTITY,
                        "spiffe://cluster.local/ns/" + there + "/sa/web"),
                inside("www.example.com", RuleName.FOREIGN_IDENTITY, host));
        put(
                Reach.JWKS_URI,
                inside("https://www.example.com/keys", RuleName.FOREIGN_IDENTITY, "http://web." + there + "/keys"),
                inside("http://web." + here + ".svc:8080/keys", RuleName.FOREIGN_IDENTITY, "http://169.254.169.254/"));
        put(
                Reach.JWT_ISSUER,
                inside("https://www.example.com", RuleName.FOREIGN_IDENTITY, "http://web." + there),
                inside("somebody", RuleName.FOREIGN_IDENTITY, "http://localhost"),
                inside("http://web." + there, RuleName.FOREIGN_IDENTITY, "http://web." + there)
                        .beside("jwks", "")
                        .butInside("jwks", "{}"));
        put(
                Reach.ADDRESS,
                inside("203.0.113.7", RuleName.FOREIGN_ADDRESS, host),
                inside("www.example.com", RuleName.FOREIGN_ADDRESS, "web." + there),
                inside("203.0.113.8", RuleName.FOREIGN_ADDRESS, "0x7f.1"));
        put(
                Reach.HEADER_FORMAT,
                inside(
                        "%REQ(X-REQUEST-ID)% %DOWNSTREAM_REMOTE_ADDRESS%",
                        RuleName.RAW_PROXY_CONFIG, "%ENVIRONMENT(HOME)%"),
                inside("100%", RuleName.RAW_PROXY_CONFIG, "a %FILE_CONTENT(/etc/passwd)%"));
        put(
                Reach.PASSTHROUGH,
                inside(null, RuleName.FOREIGN_ADDRESS, "TCP"),
                inside(null, RuleName.FOREIGN_ADDRESS, "any"));
        put(
                Reach.CLIENT_TLS_MODE,
                inside("ISTIO_MUTUAL", RuleName.MTLS_DOWNGRADE, "DISABLE"),
                inside("ISTIO_MUTUAL", RuleName.MTLS_DOWNGRADE, "SIMPLE"));
        put(
                Reach.SERVER_TLS_MODE,
                inside("PASSTHROUGH", RuleName.OPEN_GATEWAY, "AUTO_PASSTHROUGH"),
                inside("SIMPLE", RuleName.OPEN_GATEWAY, "auto-passthrough"));
        put(
                Reach.MTLS_MODE,
                inside("STRICT", RuleName.MTLS_DOWNGRADE, "PERMISSIVE"),
                inside("UNSET", RuleName.MTLS_DOWNGRADE, "DISABLE"));
        put(Reach.OUTBOUND_MODE, inside("REGISTRY_ONLY", RuleName.FOREIGN_ADDRESS, "ALLOW_ANY"));
        put(Reach.NETWORK_GATEWAY, new Crossing("network-1", RuleName.OPEN_GATEWAY, null));
        put(Reach.PROXY_CODE, new Crossing("anything", RuleName.RAW_PROXY_CONFIG, null));
    }

    private static Crossing inside(@Nullable String inside, RuleName rule, String across) {
        return new Crossing(across, rule, inside);
    }
}
