package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.istio.IstiodSetting;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A value of the istiod chart that the boundary depends on.
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
    private static final List<ReservedValue> CHART = List.of(
            ours("revision", "revisions are set in the tenancy, and each has a release"),
            unset("revisionTags", "tags are set in the tenancy"),
            ours("global.istioNamespace", "objects would be created in two namespaces"),
            ours(
                    "global.configValidation",
                    "the chart's validator selects objects of any namespace that have the revision's label"),
            unset("global.networkPolicy.enabled", "that policy lets every pod reach istiod, and policies add up"),
            unset("global.operatorManageWebhooks", "the chart would make no injection webhook"),
            unset("global.remotePilotAddress", "every proxy would use another control plane"),
            unset("global.externalIstiod", "it would serve other clusters"),
            new ReservedValue("global.resourceScope", Set.of("all"), "a part of the control plane would be missing"),
            new ReservedValue("configMap", Set.of("true"), "the mesh would have no configuration, or another one"),
            unset("istiodRemote.enabled", "another cluster's control plane would serve the mesh"),
            profile("profile"),
            profile("global.profile"),
            ours("meshConfig.rootNamespace", "configuration there applies to the whole usergroup"),
            ours(
                    "meshConfig.discoverySelectors",
                    "they define whose Services and configuration the control plane reads"),
            unset("meshConfig.trustDomainAliases", "identities of those would be accepted as this mesh's"),
            unset("meshConfig.caCertificates", "every certificate that these sign would be accepted"),
            unset("meshConfig.configSources", "configuration would come from another source, without admission"),
            unset("meshConfig.defaultConfig.discoveryAddress", "every proxy would use another control plane"),
            unset("pilot.trustedZtunnelNamespace", "its account gets certificates for any identity on its node"));

    /** The variables of istiod that the border rests on. */
    private static final List<ReservedValue> VARIABLES =
            IstiodSetting.VARIABLES.stream().map(ReservedValue::variable).toList();

    static final List<ReservedValue> ALL =
            Stream.concat(CHART.stream(), VARIABLES.stream()).toList();

    /** What objects without exportTo are visible to; the rules go by it under {@code isolation: namespace}. */
    static final List<ReservedValue> EXPORTS = List.of(
            ours("meshConfig.defaultVirtualServiceExportTo", "isolation: namespace depends on it"),
            ours("meshConfig.defaultDestinationRuleExportTo", "isolation: namespace depends on it"),
            ours("meshConfig.defaultServiceExportTo", "isolation: namespace depends on it"));

    private static ReservedValue ours(String path, String reason) {
        return new ReservedValue(path, Set.of(), reason);
    }

    private static ReservedValue unset(String path, String reason) {
        return new ReservedValue(path, UNSET, reason);
    }

    private static ReservedValue variable(IstiodSetting setting) {
        String path = "pilot.env." + setting.name();
        return switch (setting.safe()) {
            case OWN -> ours(path, setting.reason());
            case OFF, UNSET, OWN_ACCOUNTS -> unset(path, setting.reason());
            case ON -> new ReservedValue(path, Set.of("", "null", "true"), setting.reason());
        };
    }

    private static ReservedValue profile(String path) {
        return new ReservedValue(
                path,
                Set.of("", "null", "default", "demo", "preview", "stable"),
                "ambient has one ztunnel on each node for all usergroups, and remote has its control plane in another cluster");
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

    /** What is wrong in values that were ours before others were merged in. */
    List<WrongValue> wrong(ObjectNode ours, ObjectNode merged) {
        List<WrongValue> wrong = new ArrayList<>();
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
            expected.ifPresent(value -> wrong.add(new WrongValue(place, shown(found), value + ", for " + reason)));
        }
        return wrong;
    }

    /** A value that is not allowed. */
    record WrongValue(String path, String found, String expected) {}

    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asText() : node.toString();
    }

    /** For messages: printable, and not too long. */
    static String shown(JsonNode node) {
        return node.isMissingNode() ? "nothing" : Quoted.printable(node.toString(), MAX_SHOWN);
    }
}
