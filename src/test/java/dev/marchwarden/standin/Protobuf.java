package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What clients with types send: the kinds of {@code protobuf.txt}, as the JSON they mean. A text that is empty is taken for one that is not
 * there, since on the wire they are the same.
 */
final class Protobuf {
    static final String TYPE = "application/vnd.kubernetes.protobuf";

    private static final int MAGIC = 0x6b387300; // "k8s" and a zero
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int FIXED32 = 5;

    /** Messages of which JSON has the fields where protobuf has the message. */
    private static final Set<String> INLINE =
            Set.of("volumeSource", "handler", "localObjectReference", "ephemeralContainerCommon", "rule");

    /** A field of a message. {@code form} is {@code []}, a brace pair, or nothing. */
    private record Field(String name, String form, String type) {}

    private static final Map<String, Map<Integer, Field>> MESSAGES = messages();

    private Protobuf() {}

    private static Map<String, Map<Integer, Field>> messages() {
        try (InputStream in = Objects.requireNonNull(Protobuf.class.getResourceAsStream("protobuf.txt"))) {
            Map<String, Map<Integer, Field>> messages = new HashMap<>();
            for (String line : new String(in.readAllBytes(), UTF_8).split("\n", -1)) {
                String[] cells = line.split(" ", -1);
                if (!line.startsWith("#")) {
                    Map<Integer, Field> fields = new HashMap<>();
                    Arrays.stream(cells).skip(1).forEach(cell -> {
                        String[] parts = cell.split("[=:]", 3);
                        String form = parts[2].replaceFirst("\\w+$", "");
                        fields.put(
                                Integer.valueOf(parts[0]),
                                new Field(parts[1], form, parts[2].substring(form.length())));
                    });
                    messages.put(cells[0], fields);
                }
            }
            return messages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An object in its envelope, which tells its kind. */
    static ObjectNode decode(byte[] body) throws StatusException {
        ByteBuffer in = ByteBuffer.wrap(body);
        if (body.length < 4 || in.getInt() != MAGIC) {
            throw StatusException.badRequest("the body is no protobuf of Kubernetes");
        }
        String apiVersion = "";
        String kind = "";
        ByteBuffer raw = ByteBuffer.allocate(0);
        while (in.hasRemaining()) {
            long tag = varint(in);
            ByteBuffer part = slice(in);
            if (tag >> 3 == 1) {
                while (part.hasRemaining()) {
                    boolean version = varint(part) >> 3 == 1;
                    String text = text(slice(part));
                    apiVersion = version ? text : apiVersion;
                    kind = version ? kind : text;
                }
            } else if (tag >> 3 == 2) {
                raw = part;
            }
        }
        if (!MESSAGES.containsKey(kind)) {
            throw StatusException.of(415, "the stand-in does not read " + kind + " from protobuf");
        }
        ObjectNode object = Json.object().put("kind", kind).put("apiVersion", apiVersion);
        return object.setAll(message(kind, raw));
    }

    private static ObjectNode message(String type, ByteBuffer in) {
        Map<Integer, Field> fields = MESSAGES.getOrDefault(type, Map.of());
        ObjectNode object = Json.object();
        while (in.hasRemaining()) {
            long tag = varint(in);
            Field field = fields.get((int) (tag >> 3));
            switch ((int) (tag & 7)) {
                case VARINT -> number(object, field, varint(in));
                case FIXED64 -> in.getLong();
                case FIXED32 -> in.getInt();
                default -> {
                    ByteBuffer part = slice(in);
                    if (field != null) {
                        put(object, field, part);
                    }
                }
            }
        }
        return object;
    }

    private static void number(ObjectNode object, @Nullable Field field, long value) {
        if (field != null) {
            object.set(
                    field.name(),
                    field.type().equals("bool") ? BooleanNode.valueOf(value != 0) : IntNode.valueOf((int) value));
        }
    }

    private static void put(ObjectNode object, Field field, ByteBuffer part) {
        switch (field.form()) {
            case "[]" -> object.withArrayProperty(field.name()).add(value(field.type(), part));
            case "{}" -> {
                ObjectNode map = object.withObjectProperty(field.name());
                String key = "";
                JsonNode value = field.type().equals("bytes") || field.type().equals("string")
                        ? TextNode.valueOf("")
                        : Json.object();
                while (part.hasRemaining()) {
                    boolean isKey = varint(part) >> 3 == 1;
                    ByteBuffer each = slice(part);
                    key = isKey ? text(each) : key;
                    value = isKey ? value : Objects.requireNonNullElse(value(field.type(), each), value);
                }
                map.set(key, value);
            }
            default -> {
                JsonNode value = value(field.type(), part);
                if (INLINE.contains(field.name()) && value instanceof ObjectNode fields) {
                    object.setAll(fields);
                } else if (value != null
                        && !(value.isTextual() && value.asText().isEmpty())) {
                    object.set(field.name(), value);
                }
            }
        }
    }

    /** Null where there is none, as for the time of what has not happened. */
    private static @Nullable JsonNode value(String type, ByteBuffer in) {
        return switch (type) {
            case "string" -> TextNode.valueOf(text(in));
            case "bytes" -> {
                byte[] bytes = new byte[in.remaining()];
                in.get(bytes);
                yield Json.MAPPER.getNodeFactory().textNode(Base64.getEncoder().encodeToString(bytes));
            }
            case "Time", "MicroTime" -> {
                ObjectNode time = times(in);
                yield time.isEmpty()
                        ? null
                        : TextNode.valueOf(Instant.ofEpochSecond(
                                        time.path("1").asLong(), time.path("2").asLong())
                                .toString());
            }
            case "FieldsV1" -> {
                ObjectNode fields = message(type, in);
                yield Json.parse(
                        new String(Base64.getDecoder().decode(fields.path("Raw").asText()), UTF_8));
            }
            case "Quantity" -> message(type, in).path("string");
            case "ExtraValue" -> message(type, in).withArrayProperty("items");
            case "IntOrString" -> {
                ObjectNode either = message(type, in);
                yield either.path("type").asInt() == 0 ? either.path("intVal") : either.path("strVal");
            }
            default -> message(type, in);
        };
    }

    private static ObjectNode times(ByteBuffer in) {
        ObjectNode numbers = Json.object();
        while (in.hasRemaining()) {
            long tag = varint(in);
            numbers.put(Long.toString(tag >> 3), varint(in));
        }
        return numbers;
    }

    private static String text(ByteBuffer in) {
        return UTF_8.decode(in).toString();
    }

    private static ByteBuffer slice(ByteBuffer in) {
        int length = (int) varint(in);
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return part;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than ten bytes");
    }
}
