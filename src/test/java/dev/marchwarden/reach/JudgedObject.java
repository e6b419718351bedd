package dev.marchwarden.reach;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.reach.Judged.Towards;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An object in which a row's field takes effect, from {@code test-fixtures/judged/objects.yaml}, and the values that the field is given there. */
public final class JudgedObject {
    /** Where the objects are, another namespace of its usergroup, and one of another usergroup. */
    public static final String OWN = "app-ns-2";

    public static final String NEAR = "app-ns-3";
    public static final String FAR = "app-ns-1";

    private static final List<String> VERSIONS = List.of("v1", "v1beta1", "v1alpha3", "v1alpha2", "v1alpha1");
    private static final Pattern DURATION = Pattern.compile(
            "(?i)(timeout|interval|time|duration|delay|maxAge|ttl|period|backoff|request)$|Period$|\\.warmup");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final KindTable kind;
    private final ReachRow row;
    private final JsonNode entry;
    private final String type;
    private final Set<String> served;

    private JudgedObject(KindTable kind, ReachRow row, JsonNode entry, String type, Set<String> served) {
        this.kind = kind;
        this.row = row;
        this.entry = entry;
        this.type = type;
        this.served = served;
    }

    /**
     * @param type of the field, with the values of its enum, as in the inventory
     * @param served versions of the kind, of which the object has the best
     */
    public static JudgedObject of(KindTable kind, ReachRow row, String type, Set<String> served) {
        return Entries.ALL
                .valueStream()
                .filter(entry -> isFor(entry, kind, row))
                .findFirst()
                .map(entry -> new JudgedObject(kind, row, entry, type, served))
                .orElseThrow(() -> new IllegalArgumentException("objects.yaml: no object for " + kind + " " + row));
    }

    private static boolean isFor(JsonNode entry, KindTable kind, ReachRow row) {
        return entry.path("kind").asText().equals(kind.kind())
                && entry.path("group").asText(kind.group()).equals(kind.group())
                && Pattern.compile(entry.path("rows").asText())
                        .matcher(row.path())
                        .find();
    }

    /** Entries that no row takes. */
    static List<String> unused(Collection<KindTable> kinds) {
        List<JsonNode> unused = new ArrayList<>(Entries.ALL.valueStream().toList());
        for (KindTable kind : kinds) {
            for (ReachRow row : kind.rows()) {
                JsonNode taken = of(kind, row, "string", kind.versions()).entry;
                unused.removeIf(taken::equals);
            }
        }
        return unused.stream()
                .map(entry ->
                        entry.path("kind").asText() + " " + entry.path("rows").asText())
                .toList();
    }

    /** Null where istiod can. */
    public @Nullable String whyUnjudged() {
        return entry.has("unjudged") ? entry.path("unjudged").asText() : null;
    }

    /** Why proxies of other namespaces may be told of it; null where they may not. */
    public @Nullable String whyClients() {
        return entry.has("clients") ? entry.path("clients").asText() : null;
    }

    /** Whether values that lead elsewhere are compared with those that do not. */
    public boolean isComparedWithOwn() {
        return entry.path("base").asText().equals("own");
    }

    /** What is there beside it. */
    public List<ObjectNode> also() {
        return entry.path("also").valueStream().map(ObjectNode.class::cast).toList();
    }

    /** The object without the row's field. */
    public ObjectNode without() {
        ObjectNode object = object();
        beside().forEach((path, beside) -> put(object, PathPattern.segments(path), beside));
        remove(object, segments());
        return object;
    }

    /** With the row's field. */
    public ObjectNode with(JsonNode value) {
        ObjectNode object = object();
        beside().forEach((path, beside) -> put(object, PathPattern.segments(path), beside));
        put(object, segments(), value);
        return object;
    }

    private ObjectNode object() {
        ObjectNode object = JSON.objectNode();
        String version = VERSIONS.stream().filter(served::contains).findFirst().orElseThrow();
        object.put("apiVersion", kind.group().isEmpty() ? version : kind.group() + "/" + version)
                .put("kind", kind.kind());
        object.setAll((ObjectNode) entry.path("object").deepCopy());
        ObjectNode metadata = object.withObject("metadata").put("name", "judged");
        if (!kind.clusterScoped()) {
            metadata.put("namespace", OWN);
        }
        return object;
    }

    /** Values by what they lead to. */
    public Map<Towards, List<JsonNode>> values() {
        Map<Towards, List<JsonNode>> values = new EnumMap<>(Towards.class);
        if (!row.reach().crosses()) {
            values.put(Towards.ANY, given("any", this::anyValues));
            return values;
        }
        values.put(Towards.OWN, given("own", () -> valuesOf(OWN, "usergroup-2")));
        values.put(Towards.NEAR, given("near", () -> valuesOf(NEAR, "usergroup-2")));
        values.put(Towards.FAR, given("far", () -> valuesOf(FAR, "usergroup-1")));
        values.values().removeIf(List::isEmpty);
        return values;
    }

    private List<JsonNode> given(String name, Supplier<List<String>> otherwise) {
        List<JsonNode> values = new ArrayList<>();
        if (entry.has(name)) {
            entry.path(name).forEach(value -> values.add(value.isTextual() ? typed(value.asText()) : value));
        } else {
            otherwise.get().forEach(value -> values.add(typed(value)));
        }
        return values;
    }

    private JsonNode typed(String value) {
        return switch (type.split(" ", 2)[0]) {
            case "boolean" -> JSON.booleanNode(value.equals("true"));
            case "integer" ->
                value.matches("-?[0-9]{1,9}") ? JSON.numberNode(Integer.parseInt(value)) : JSON.textNode(value);
            case "number" ->
                value.matches("[0-9.]+") ? JSON.numberNode(Double.parseDouble(value)) : JSON.textNode(value);
            default -> JSON.textNode(value);
        };
    }

    private List<String> anyValues() {
        String[] words = type.split(" ", 2);
        if (words.length == 2) {
            return List.of(words[1].split("\\|", -1));
        }
        return switch (words[0]) {
            case "integer" -> List.of("7");
            case "number" -> List.of("7.5");
            case "boolean" -> List.of("true", "false");
            default -> DURATION.matcher(row.path()).find() ? List.of("7s") : List.of("judge");
        };
    }

    private List<String> valuesOf(String namespace, String usergroup) {
        boolean own = namespace.equals(OWN);
        String host = "httpbin." + namespace + ".svc.cluster.local";
        String domain = usergroup + ".cluster.local";
        int number = namespace.charAt(namespace.length() - 1) - '0';
        return switch (row.reach()) {
            case HOST, HOST_CLAIM, DNS_CLAIM, AUTHORITY, HEADER, BACKEND -> List.of(host);
            case TLS_TARGET -> own ? List.of("httpbin") : List.of();
            case NAMESPACE, SOURCE_NAMESPACE, CONDITION -> List.of(namespace);
            case EXPORT -> own ? List.of(".") : namespace.equals(NEAR) ? List.of(NEAR, "*") : List.of(FAR);
            case EXPORT_LIST -> own ? List.of(".") : namespace.equals(NEAR) ? List.of(NEAR, "*") : List.of(FAR);
            case GATEWAY -> List.of(namespace + "/edge");
            case EGRESS_HOST, SERVER_HOST -> List.of(own ? "./*" : namespace + "/*");
            case SECRET ->
                own
                        ? List.of("certificate")
                        : List.of(
                                namespace + "/certificate",
                                "kubernetes://" + namespace + "/certificate",
                                "kubernetes-gateway://" + namespace + "/certificate");
            case ROUTE_ADMISSION -> List.of(own ? "Same" : "All");
            case PRINCIPAL -> List.of(domain + "/ns/" + namespace + "/sa/default");
            case SERVICE_ACCOUNT -> List.of(namespace + "/default");
            case TRUST_DOMAIN -> List.of(namespace.equals(NEAR) ? "*" : domain);
            case SUBJECT_ALT_NAME -> List.of("spiffe://" + domain + "/ns/" + namespace + "/sa/default");
            case ADDRESS -> List.of("10.44." + number + ".10");
            case CLIENT_TLS_MODE ->
                own ? List.of("ISTIO_MUTUAL") : namespace.equals(NEAR) ? List.of("DISABLE", "SIMPLE") : List.of();
            case SERVER_TLS_MODE -> List.of(own ? "SIMPLE" : "AUTO_PASSTHROUGH");
            case MTLS_MODE ->
                own ? List.of("STRICT") : namespace.equals(NEAR) ? List.of("PERMISSIVE", "DISABLE") : List.of();
            case OUTBOUND_MODE -> List.of(own ? "REGISTRY_ONLY" : "ALLOW_ANY");
            case REVISION, REVISION_OR_TAG, POD_REVISION -> namespace.equals(NEAR) ? List.of() : List.of(usergroup);
            case GATEWAY_CLASS -> namespace.equals(NEAR) ? List.of() : List.of("istio-" + usergroup);
            case HEADER_FORMAT, NETWORK_GATEWAY, NETWORK_ENTRY, PROXY_CODE -> own ? List.of("judge") : List.of();
            default -> throw new IllegalArgumentException("objects.yaml: no values for " + kind + " " + row);
        };
    }

    /** With the place of each in this row's path: a key begins with one of its steps, or with one of the object. */
    private Map<String, JsonNode> beside() {
        Map<String, JsonNode> beside = new LinkedHashMap<>();
        entry.path("beside").properties().forEach(one -> {
            String first = one.getKey().substring(0, Math.max(one.getKey().indexOf('.'), 0));
            int at = row.path().indexOf(first + ".");
            if (!first.isEmpty() && at >= 0) {
                beside.put(row.path().substring(0, at) + one.getKey(), one.getValue());
            }
        });
        return beside;
    }

    private List<String> segments() {
        List<String> segments = new ArrayList<>(PathPattern.segments(row.path()));
        segments.removeIf(PathPattern.WHOLE::equals);
        return segments;
    }

    private static void put(ObjectNode object, List<String> segments, JsonNode value) {
        JsonNode at = object;
        for (int i = 0; i < segments.size(); i++) {
            boolean last = i == segments.size() - 1;
            String segment = segments.get(i);
            if (at instanceof ArrayNode list) {
                if (last) {
                    list.removeAll().add(value);
                    return;
                }
                if (list.isEmpty()) {
                    list.add(container(segments.get(i + 1)));
                }
                at = list.get(0);
                continue;
            }
            ObjectNode parent = (ObjectNode) at;
            String name = key(parent, segment);
            if (last) {
                parent.set(name, value);
                return;
            }
            if (!parent.has(name) || !parent.get(name).isContainerNode()) {
                parent.set(name, container(segments.get(i + 1)));
            }
            at = Objects.requireNonNull(parent.get(name));
        }
    }

    private static JsonNode container(String next) {
        return PathPattern.isItem(next) ? JSON.arrayNode() : JSON.objectNode();
    }

    private static String key(ObjectNode parent, String segment) {
        if (segment.equals(PathPattern.ENTRY)) {
            return parent.isEmpty() ? "app" : parent.fieldNames().next();
        }
        return segment.startsWith("{") ? segment.substring(1, segment.length() - 1) : segment;
    }

    private static void remove(ObjectNode object, List<String> segments) {
        JsonNode at = object;
        for (int i = 0; i < segments.size(); i++) {
            boolean last = i == segments.size() - 1;
            if (at instanceof ArrayNode list) {
                if (last || list.isEmpty()) {
                    list.removeAll();
                    return;
                }
                at = list.get(0);
            } else if (at instanceof ObjectNode parent) {
                String name = key(parent, segments.get(i));
                if (last) {
                    parent.remove(name);
                    return;
                }
                at = parent.path(name);
            } else {
                return;
            }
        }
    }

    private static final class Entries {
        static final JsonNode ALL = read();

        private static JsonNode read() {
            try {
                return new YAMLMapper().readTree(Files.readString(JudgedTable.ROOT.resolve("objects.yaml")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
