package dev.marchwarden.verification;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.bootstrap.Egress;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.bootstrap.UsergroupStep;
import dev.marchwarden.bootstrap.UsergroupSteps;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.InvalidTenancyException;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The objects of {@code test-fixtures/verification/cluster.yaml}, and what bootstrap writes besides, to be changed before an API server has them. */
public final class FixtureCluster {
    public static final Path DIRECTORY = Path.of("test-fixtures", "verification");

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern ROOT = Pattern.compile("\\$\\{(pem|base64):([a-z0-9-]+)}");

    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();

    public FixtureCluster() throws IOException {
        try (var documents = YAML.readerFor(ObjectNode.class)
                .<ObjectNode>readValues(DIRECTORY.resolve("cluster.yaml").toFile())) {
            documents.forEachRemaining(this::put);
        }
        Tenancy tenancy = tenancy();
        for (UsergroupStep step : UsergroupSteps.ALL) {
            if (step.check().equals(UsergroupStep.AS_WRITTEN)) {
                tenancy.usergroups().stream()
                        .flatMap(usergroup -> step.steps(tenancy, usergroup, Egress.REGISTRY_ONLY).stream())
                        .flatMap(wanted -> ((Step.Objects) wanted).objects().stream())
                        .forEach(object -> put((ObjectNode) object));
            }
        }
    }

    private static Tenancy tenancy() throws IOException {
        try {
            return TenancyFile.read(DIRECTORY.resolve("tenancy.yaml"));
        } catch (InvalidTenancyException e) {
            throw new AssertionError(e);
        }
    }

    private void put(ObjectNode object) {
        String namespace = ObjectMetadata.namespace(object);
        objects.put(
                object.path("kind").asText() + " " + (namespace.isEmpty() ? "" : namespace + "/")
                        + ObjectMetadata.name(object),
                object);
    }

    /** One of {@code {create: OBJECT}}, {@code {delete: NAME}}, {@code {of: NAME, set: {POINTER: VALUE}, remove: [POINTER]}}. */
    void change(JsonNode change) {
        if (change.has("create")) {
            put((ObjectNode) change.get("create"));
        } else if (change.has("delete")) {
            there(change.get("delete").asText());
            objects.remove(change.get("delete").asText());
        } else {
            ObjectNode object = there(change.path("of").asText());
            change.path("set").properties().forEach(field -> set(object, field.getKey(), field.getValue()));
            change.path("remove").forEach(pointer -> remove(object, JsonPointer.compile(pointer.asText())));
        }
    }

    private ObjectNode there(String name) {
        ObjectNode object = objects.get(name);
        if (object == null) {
            throw new IllegalArgumentException(name + " is not in the cluster (expected: one of " + objects.keySet());
        }
        return object;
    }

    /** What is on the way there is made; {@code -} is behind the last of a list, as is its length. */
    private static void set(ObjectNode object, String text, JsonNode value) {
        JsonPointer pointer = JsonPointer.compile(text);
        JsonNode parent = object.at(pointer.head());
        String last = pointer.last().getMatchingProperty();
        if (parent instanceof ArrayNode list) {
            if (last.equals("-") || Integer.parseInt(last) == list.size()) {
                list.add(value);
            } else {
                list.set(Integer.parseInt(last), value);
            }
        } else {
            object.withObject(pointer.head()).set(last, value);
        }
    }

    private static void remove(ObjectNode object, JsonPointer pointer) {
        JsonNode removed =
                ((ObjectNode) object.at(pointer.head())).remove(pointer.last().getMatchingProperty());
        if (removed == null) {
            throw new IllegalArgumentException(pointer + " is not there");
        }
    }

    public void putInto(StandInApiServer api) throws IOException {
        for (ObjectNode object : objects.values()) {
            ObjectNode copy = object.deepCopy();
            certificates(copy);
            api.put(copy.toString());
        }
    }

    private static void certificates(JsonNode node) throws IOException {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (field.getValue().isTextual()) {
                    object.put(field.getKey(), filled(field.getValue().asText()));
                }
            }
        }
        for (JsonNode child : node) {
            certificates(child);
        }
    }

    private static String filled(String text) throws IOException {
        StringBuilder filled = new StringBuilder();
        Matcher root = ROOT.matcher(text);
        while (root.find()) {
            byte[] pem = Files.readAllBytes(DIRECTORY.resolve("roots").resolve(root.group(2) + ".crt"));
            String its = root.group(1).equals("pem")
                    ? new String(pem, java.nio.charset.StandardCharsets.ISO_8859_1)
                    : Base64.getEncoder().encodeToString(pem);
            root.appendReplacement(filled, Matcher.quoteReplacement(its));
        }
        root.appendTail(filled);
        return filled.toString();
    }
}
