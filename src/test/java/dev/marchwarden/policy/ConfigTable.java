package dev.marchwarden.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.policy.NamespaceTable.Cluster;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.InvalidTenancyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables of {@code test-fixtures/policy/config}, whose README explains their columns. */
public final class ConfigTable {
    static final Path ROOT = NamespaceTable.ROOT.resolve("config");

    private static final ObjectMapper YAML = new YAMLMapper();
    private static final String ARROW = " => ";

    private static @Nullable List<Row> all;

    private ConfigTable() {}

    /** One line: a change of an object, and what is expected of it. */
    public record Row(
            String place,
            Policy policy,
            Cluster cluster,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            User user,
            Set<Requirement> granted,
            String expected,
            String why) {
        public ObjectReview review() {
            return ObjectReview.of(before, after, user);
        }

        public Outcome outcome() {
            return review().decide(policy, cluster, rights());
        }

        Rights rights() {
            return (who, asked) -> {
                Set<Requirement> both = asked.stream().filter(granted::contains).collect(Collectors.toSet());
                return CompletableFuture.completedFuture(new Rights.Answer(both, null));
            };
        }

        String decision() {
            Outcome outcome = outcome();
            String problem = outcome.problem();
            if (problem == null) {
                return NamespaceTable.shown(outcome.findings());
            }
            boolean asExpected =
                    expected.startsWith("ERROR ") && problem.contains(expected.substring("ERROR ".length()));
            return asExpected ? expected : "ERROR " + problem;
        }

        @Override
        public String toString() {
            return place + " " + expected + (why.isEmpty() ? "" : ": " + why);
        }
    }

    /** Read once, for every test asks for them again. */
    public static synchronized List<Row> all() throws IOException, InvalidTenancyException {
        List<Row> read = all;
        if (read == null) {
            read = List.copyOf(readAll());
            all = read;
        }
        return read;
    }

    private static List<Row> readAll() throws IOException, InvalidTenancyException {
        List<Row> rows = new ArrayList<>();
        try (var files = Files.list(ROOT)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".table"))
                    .sorted()
                    .toList()) {
                rows.addAll(rows(file));
            }
        }
        return rows;
    }

    static List<Row> rows(Path file) throws IOException, InvalidTenancyException {
        List<Row> rows = new ArrayList<>();
        Policy policy = NamespaceTable.policy("default");
        String cluster = "default";
        int line = 0;
        for (String text : Files.readAllLines(file)) {
            line++;
            if (text.startsWith("tenancy ")) {
                policy = NamespaceTable.policy(text.substring("tenancy ".length()));
            } else if (text.startsWith("cluster ")) {
                cluster = text.substring("cluster ".length());
            } else if (!text.isBlank() && !text.startsWith("#")) {
                String place = file.getFileName() + ":" + line;
                List<String> cells =
                        Arrays.stream(text.split("\\|", -1)).map(String::strip).toList();
                try {
                    rows.add(row(place, policy, NamespaceTable.cluster(cluster, policy), cells));
                } catch (IOException | RuntimeException e) {
                    throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
                }
            }
        }
        return rows;
    }

    private static Row row(String place, Policy policy, Cluster cluster, List<String> cells) throws IOException {
        String[] who = cells.get(1).split(" can ");
        String[] states = cells.get(2).split(ARROW);
        boolean update = states.length > 1;
        return new Row(
                place,
                policy,
                cluster,
                update ? object(cells.get(0), states[0]) : null,
                update && states[1].strip().equals("gone") ? null : object(cells.get(0), states[states.length - 1]),
                NamespaceTable.user(who[0]),
                who.length == 1 ? Set.of() : NamespaceTable.granted(who[1]),
                cells.get(3),
                cells.size() > 4 ? cells.get(4) : "");
    }

    private static JsonNode object(String which, String text) throws IOException {
        String[] kindAndPlace = which.split(" +");
        String[] place = kindAndPlace.length == 1 ? new String[] {""} : kindAndPlace[1].split("/");
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        String[] kind = kindAndPlace[0].split("/");
        KindTable known = kind.length == 3 ? null : known(kind[0]);
        String version = kind.length > 1 ? kind[kind.length - 2] : "";
        if (known == null) {
            object.put("apiVersion", kind[0] + "/" + version).put("kind", kind[2]);
        } else {
            String newest = new TreeSet<>(known.versions()).getFirst();
            object.put("apiVersion", known.group() + "/" + (kind.length == 2 ? kind[1] : newest));
            object.put("kind", known.kind());
        }
        JsonNode written = YAML.readTree(text);
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", place.length > 1 ? place[1] : "it");
        if (!place[0].isEmpty()) {
            metadata.put("namespace", place[0]);
        }
        if (written instanceof ObjectNode spec) {
            JsonNode meta = spec.remove("meta");
            JsonNode status = spec.remove("status");
            if (meta instanceof ObjectNode more) {
                metadata.setAll(more);
            }
            if (status != null) {
                object.set("status", status);
            }
        }
        object.set("spec", written);
        return object;
    }

    /** Istio's, where the Gateway API has a kind of that name too. */
    private static KindTable known(String kind) {
        return ReachTable.shipped().kinds().stream()
                .filter(table -> table.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind " + kind));
    }
}
