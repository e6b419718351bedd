package dev.marchwarden.tenancy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tools.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the tenancy's schema takes from the code: rules, levels and defaults. {@code MARCHWARDEN_GOLDEN=write} writes it. */
class GeneratedSchemaTest {
    private static final Path TENANCY = Path.of("src/main/resources/dev/marchwarden/tenancy/tenancy.schema.json");

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void tenancySchemaNamesTheRulesLevelsAndDefaultsOfTheCode() throws Exception {
        ObjectNode schema = read(TENANCY);
        ObjectNode definitions = (ObjectNode) schema.path("$defs");
        put(definitions.path("ruleName"), "enum", spellings(RuleName.values()));
        put(
                definitions.path("level"),
                "enum",
                Arrays.stream(Enforcement.values()).map(Enforcement::spelling).toList());
        put(
                definitions.at("/usergroup/properties/isolation"),
                "enum",
                Arrays.stream(Isolation.values()).map(Isolation::spelling).toList());
        ((ObjectNode) definitions.at("/usergroup/properties/isolation")).put("default", Isolation.USERGROUP.spelling());
        ObjectNode spec = (ObjectNode) schema.at("/properties/spec/properties");
        ((ObjectNode) spec.path("usergroupLabel")).put("default", Tenancy.DEFAULT_USERGROUP_LABEL);
        ((ObjectNode) spec.path("clusterDomain")).put("default", Tenancy.DEFAULT_CLUSTER_DOMAIN);
        put(spec.path("protectedNamespaces"), "default", new TreeSet<>(Tenancy.DEFAULT_PROTECTED_NAMESPACES));
        put(spec.at("/exemptions/properties/users"), "default", new TreeSet<>(Tenancy.DEFAULT_EXEMPTIONS.users()));
        put(spec.at("/exemptions/properties/groups"), "default", new TreeSet<>(Tenancy.DEFAULT_EXEMPTIONS.groups()));
        ((ObjectNode) spec.at("/enforcement/properties/default"))
                .put("default", Enforcement.DENY.spelling())
                .put(
                        "description",
                        "For every rule that no other setting names. A default makes %s no stricter than warn; naming them does."
                                .formatted(String.join(
                                        " and ",
                                        spellings(Arrays.stream(RuleName.values())
                                                .filter(rule -> rule.ceiling() == Enforcement.WARN)
                                                .toArray(RuleName[]::new)))));
        ((ObjectNode) spec.path("exceptions")).put("maxItems", ExceptionsSection.MOST);
        GoldenFile.holds(TENANCY, GoldenFile.json(schema));
    }

    private static List<String> spellings(RuleName... rules) {
        return Arrays.stream(rules).map(RuleName::spelling).toList();
    }

    private static void put(JsonNode schema, String key, Collection<String> texts) {
        ArrayNode list = ((ObjectNode) schema).putArray(key);
        texts.forEach(list::add);
    }

    private static ObjectNode read(Path file) throws IOException {
        return (ObjectNode) JSON.readTree(Files.readString(file));
    }
}
