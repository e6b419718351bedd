package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A value of the istiod chart that the border rests on.
 *
 * @param path where bootstrap would write it; the chart takes it from other places too
 * @param harmless what it may be besides absent; empty for one that must be as bootstrap sets it
 * @param reason why nothing else will do
 */
record ReservedValue(String path, Set<String> harmless, String reason) {
    private static final int MAX_SHOWN = 120;
    private static final String PILOT = "pilot.";
    private static final String MESH_CONFIG = "meshConfig.";
    private static final Set<String> UNSET = Set.of("", "[]", "{}", "null", "false");

    /** In the order of the chart. */
    static final List<ReservedValue> ALL = List.of(
            ours("revision", "revisions stand in the tenancy, and each has a release"),
            unset("revisionTags", "tags stand in the tenancy"),
            ours("global.istioNamespace", "objects would be made in two namespaces"),
            ours(
                    "global.configValidation",
                    "the chart's validator takes objects of any namespace that bear the revision's label"),
            unset("global.networkPolicy.enabled", "that policy lets every pod reach istiod, and policies add up"),
            unset("global.operatorManageWebhooks", "the chart would make no injection webhook"),
            unset("global.remotePilotAddress", "every proxy would ask another control plane"),
            unset("global.externalIstiod", "it would serve other clusters"),
            new ReservedValue("global.resourceScope", Set.of("all"), "a part of the control plane would be missing"),
            new ReservedValue("configMap", Set.of("true"), "the mesh would be configured by nobody or somebody else"),
            unset("istiodRemote.enabled", "it would be another cluster's control plane that serves"),
            profile("profile"),
            profile("global.profile"),
            ours("meshConfig.rootNamespace", "what is written there speaks for the whole usergroup"),
            ours("meshConfig.discoverySelectors", "they say whose Services and configuration the control plane reads"),
            unset("meshConfig.trustDomainAliases", "identities of those would pass for this mesh's"),
            unset("meshConfig.caCertificates", "whomever these sign for would be let in"),
            unset("meshConfig.configSources", "configuration would come from elsewhere, past admission"),
            unset("meshConfig.defaultConfig.discoveryAddress", "every proxy would ask another control plane"),
            ours("pilot.env.PILOT_GATEWAY_API_CONTROLLER_NAME", "two control planes would claim one Gateway"),
            ours("pilot.env.PILOT_GATEWAY_API_DEFAULT_GATEWAYCLASS_NAME", "two control planes would claim one class"),
            unset("pilot.env.SHARED_MESH_CONFIG", "another ConfigMap would be merged into the mesh's"),
            unset("pilot.env.PILOT_SKIP_VALIDATE_TRUST_DOMAIN", "proxies would take identities of any trust domain"),
            unset("pilot.env.PILOT_ENABLE_AMBIENT", "ambient has one ztunnel a node, whatever its usergroup"),
            ours("pilot.env.PILOT_SCOPE_GATEWAY_TO_NAMESPACE", "a Gateway would select proxies of other namespaces"),
            on("pilot.env.XDS_AUTH", "anybody could read the mesh's configuration and secrets"),
            on("pilot.env.PILOT_ENABLE_XDS_IDENTITY_CHECK", "a proxy could ask for the configuration of another"),
            on("pilot.env.ENABLE_XDS_API_GENERATOR_AUTH", "anybody could read all configuration of the mesh"),
            on("pilot.env.ENABLE_DEBUG_ENDPOINT_AUTH", "anybody could read the mesh's state"),
            unset("pilot.env.DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES", "those namespaces could read the mesh's state"),
            on("pilot.env.PILOT_ENABLE_STRICT_GATEWAY_MERGING", "a Gateway could take over the listener of another"),
            unset("pilot.env.UNSAFE_ENABLE_ADMIN_ENDPOINTS", "anybody who reaches istiod could change its settings"),
            unset("pilot.env.TRUSTED_GATEWAY_CIDR", "clients there would say by themselves who they are"),
            unset(
                    "pilot.env.CA_TRUSTED_NODE_ACCOUNTS",
                    "those accounts get certificates of any identity on their node"),
            unset("pilot.trustedZtunnelNamespace", "its account gets certificates of any identity on its node"),
            unset("pilot.env.ISTIO_WATCH_NAMESPACE", "the control plane would read one namespace alone"));

    /** What objects without exportTo are visible to; the rules go by it under {@code isolation: namespace}. */
    static final List<ReservedValue> EXPORTS = List.of(
            ours("meshConfig.defaultVirtualServiceExportTo", "isolation: namespace rests on it"),
            ours("meshConfig.defaultDestinationRuleExportTo", "isolation: namespace rests on it"),
            ours("meshConfig.defaultServiceExportTo", "isolation: namespace rests on it"));

    private static ReservedValue ours(String path, String reason) {
        return new ReservedValue(path, Set.of(), reason);
    }

    private static ReservedValue unset(String path, String reason) {
        return new ReservedValue(path, UNSET, reason);
    }

    /** What istiod has on by default. */
    private static ReservedValue on(String path, String reason) {
        return new ReservedValue(path, Set.of("", "null", "true"), reason);
    }

    private static ReservedValue profile(String path) {
        return new ReservedValue(
                path,
                Set.of("", "null", "default", "demo", "preview", "stable"),
                "ambient has one ztunnel a node, whatever its usergroup, and remote has its control plane elsewhere");
    }

    /**
     * Where else the chart looks for it: what stands below {@code pilot} overrides what stands beside it (zzy_descope_legacy.yaml), and
     * meshConfig is protocol buffers, which take the names of their fields in snake case as well.
     */
    static List<String> places(String path) {
        List<String> places = new ArrayList<>(List.of(path));
        places.add(path.startsWith(PILOT) ? path.substring(PILOT.length()) : PILOT + path);
        if (path.startsWith(MESH_CONFIG)) {
            String fields = path.substring(MESH_CONFIG.length())
                    .replaceAll("([A-Z])", "_$1")
                    .toLowerCase(Locale.ROOT);
            places.add(MESH_CONFIG + fields);
            places.add(PILOT + MESH_CONFIG + fields);
        }
        return places.stream().distinct().toList();
    }

    static JsonPointer pointer(String path) {
        return JsonPointer.compile("/" + path.replace('.', '/'));
    }

    /** What there is to object to in values that were ours before others were merged in. */
    List<Objection> objections(ObjectNode ours, ObjectNode merged) {
        List<Objection> objections = new ArrayList<>();
        for (String place : places(path)) {
            JsonNode found = merged.at(pointer(place));
            if (found.isMissingNode() && !place.equals(path)) {
                continue;
            }
            JsonNode set = ours.at(pointer(path));
            Optional<String> expected = harmless.isEmpty()
                    ? (text(found).equals(text(set)) ? Optional.empty() : Optional.of(shown(set)))
                    : (found.isMissingNode() || harmless.contains(text(found))
                            ? Optional.empty()
                            : Optional.of("not set"));
            expected.ifPresent(value -> objections.add(new Objection(place, shown(found), value + ", for " + reason)));
        }
        return objections;
    }

    /** A value that will not do. */
    record Objection(String path, String found, String expected) {}

    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asText() : node.toString();
    }

    /** For messages: printable, and not too long. */
    static String shown(JsonNode node) {
        String text = node.isMissingNode() ? "nothing" : node.toString().replaceAll("[^ -~]", "?");
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    }
}
