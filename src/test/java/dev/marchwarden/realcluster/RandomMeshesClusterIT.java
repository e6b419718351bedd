package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.ObjectReview;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.reach.Inventory;
import dev.marchwarden.reach.JudgedObject;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachRow;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random configuration of both usergroups, as far as the policy admits it, in real istiods: what their proxies are told then names nothing of the
 * other usergroup. {@code -Dmarchwarden.random.seconds=3600} takes longer, and {@code -Dmarchwarden.random.seed=N} begins elsewhere.
 */
class RandomMeshesClusterIT {
    private static final long SECONDS = Long.getLong("marchwarden.random.seconds", 60);
    private static final long SEED = Long.getLong("marchwarden.random.seed", 20261127L);
    private static final int OBJECTS = 12;
    private static final User TENANT = new User("tenant", List.of());

    /** By usergroup, what its proxies must not be told of. */
    private static final Map<String, Pattern> FOREIGN = Map.of(
            "usergroup-1", Pattern.compile("app-ns-[23]|usergroup-2|10\\.44\\.[235]\\.|10\\.0\\.0\\.([5-9]|10)(?!\\d)"),
            "usergroup-2", Pattern.compile("app-ns-1|usergroup-1|10\\.44\\.[14]\\.|10\\.0\\.0\\.[234](?!\\d)"));

    /** What there is on one side, and in its place on the other: an object of app-ns-2 becomes one of app-ns-1. */
    private static final Map<String, String> MIRRORED = Map.ofEntries(
            Map.entry("app-ns-1", "app-ns-2"),
            Map.entry("app-ns-2", "app-ns-1"),
            Map.entry("usergroup-1", "usergroup-2"),
            Map.entry("usergroup-2", "usergroup-1"),
            Map.entry("10.44.1.", "10.44.2."),
            Map.entry("10.44.2.", "10.44.1."),
            Map.entry("10.0.0.2", "10.0.0.5"),
            Map.entry("10.0.0.5", "10.0.0.2"));

    private static final Pattern SIDE =
            Pattern.compile("app-ns-[12]|usergroup-[12]|10\\.44\\.[12]\\.|10\\.0\\.0\\.[25](?!\\d)");

    private Map<ProxyIdentity, ProxyConfiguration> nothing = Map.of();
    private int clusters;
    private int written;
    private int denied;

    @Test
    void whatIsAdmittedTellsNobodyOfOthers() throws Exception {
        try (IstioMeshes meshes = IstioMeshes.open("random")) {
            nothing = meshes.configurations();
            Optional<String> found = search(meshes, new Policy(tenancy()), SECONDS);
            System.out.println("seed " + SEED + ": " + this);
            assertThat(found).isEmpty();
            clusters = 0;
            long start = System.nanoTime();
            found = search(meshes, OtherRules.without(RuleName.FOREIGN_ADDRESS, tenancy()), 60);
            System.out.printf(
                    "without foreign-address, after %d s and %d clusters: %s%n",
                    (System.nanoTime() - start) / 1_000_000_000, clusters, found);
            assertThat(found).as("a hole that was made on purpose").isPresent();
        }
    }

    @Override
    public String toString() {
        return "%,d clusters of %,d admitted objects, %,d denied".formatted(clusters, written, denied);
    }

    /** That of the guide, with the addresses of these clusters. */
    private static Tenancy tenancy() throws Exception {
        Path file = Files.createTempFile("tenancy", ".yaml");
        try {
            Files.writeString(
                    file,
                    Files.readString(Path.of("test-fixtures/bootstrap/guide/tenancy.yaml"))
                            + "  clusterRanges: [10.44.0.0/16, 10.0.0.0/24]\n");
            return TenancyFile.read(file);
        } finally {
            Files.delete(file);
        }
    }

    /** @return the least that was admitted and leads across, with its seed */
    private Optional<String> search(IstioMeshes meshes, Policy policy, long seconds) throws Exception {
        NamespaceSnapshot namespaces = NamespaceSnapshot.of(
                meshes.namespaces().stream()
                        .map(object -> new Manifest("meshes", 1, object))
                        .toList(),
                policy.tenancy().usergroupLabel());
        List<Field> fields = fields();
        long end = System.nanoTime() + seconds * 1_000_000_000;
        for (long seed = SEED; System.nanoTime() < end; seed++) {
            Random random = new Random(seed);
            List<ObjectNode> objects = new ArrayList<>();
            for (int tries = 0; objects.size() < OBJECTS && tries < 20 * OBJECTS; tries++) {
                ObjectNode object = object(fields.get(random.nextInt(fields.size())), random);
                ((ObjectNode) object.path("metadata")).put("name", "random-" + objects.size());
                Outcome outcome = ObjectReview.of(null, object, TENANT).decide(policy, namespaces, Rights.TENANCY_ONLY);
                if (outcome.verdict() == Verdict.ALLOWED) {
                    objects.add(object);
                } else {
                    denied++;
                }
            }
            clusters++;
            written += objects.size();
            Set<String> told = told(meshes, objects);
            if (!told.isEmpty()) {
                return Optional.of("seed " + seed + ": " + shrunk(meshes, objects) + " tells " + told);
            }
        }
        return Optional.empty();
    }

    private List<ObjectNode> shrunk(IstioMeshes meshes, List<ObjectNode> objects) throws Exception {
        List<ObjectNode> needed = new ArrayList<>(objects);
        for (int i = needed.size() - 1; i >= 0; i--) {
            List<ObjectNode> less = new ArrayList<>(needed);
            less.remove(i);
            if (!told(meshes, less).isEmpty()) {
                needed = less;
            }
        }
        return needed;
    }

    /** Who is told of what belongs to the other usergroup, while these objects are there. */
    private Set<String> told(IstioMeshes meshes, List<ObjectNode> objects) throws Exception {
        List<String> paths = new ArrayList<>();
        try {
            for (ObjectNode object : objects) {
                String path = meshes.write(object);
                if (path != null) {
                    paths.add(path);
                }
            }
            Set<String> told = new TreeSet<>();
            meshes.configurations().forEach((proxy, configuration) -> {
                List<String> before = foreign(proxy, Objects.requireNonNull(nothing.get(proxy), proxy.toString()));
                List<String> now = foreign(proxy, configuration);
                if (now.size() > before.size()) {
                    told.add(proxy + " of " + new TreeSet<>(now));
                }
            });
            return told;
        } finally {
            for (String path : paths) {
                meshes.delete(path);
            }
        }
    }

    private static List<String> foreign(ProxyIdentity proxy, ProxyConfiguration configuration) {
        Pattern foreign = Objects.requireNonNull(FOREIGN.get(proxy.usergroup()), proxy.usergroup());
        return foreign.matcher(configuration.living())
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private record Field(JudgedObject object, List<JsonNode> values) {}

    /** Those of the reach table that istiod can judge. What says whom a policy does not mean may name anybody. */
    private static List<Field> fields() throws Exception {
        List<Field> fields = new ArrayList<>();
        Map<String, Inventory.Kind> release = IstioRelease.require().inventory().kinds();
        for (KindTable kind : ReachTable.shipped().kinds()) {
            Inventory.Kind its = release.get(kind.group() + " " + kind.kind());
            if (its == null || kind.clusterScoped()) {
                continue;
            }
            for (ReachRow row : kind.rows()) {
                JudgedObject object =
                        JudgedObject.of(kind, row, its.leaves().getOrDefault(row.path(), "string"), its.versions());
                if (object.whyUnjudged() == null && !row.negated()) {
                    List<JsonNode> values = new ArrayList<>();
                    object.values().values().forEach(values::addAll);
                    if (!values.isEmpty()) {
                        fields.add(new Field(object, values));
                    }
                }
            }
        }
        return fields;
    }

    private static ObjectNode object(Field field, Random random) throws Exception {
        JsonNode value = field.values().get(random.nextInt(field.values().size()));
        ObjectNode object = field.object().with(value);
        if (random.nextBoolean()) {
            String mirrored = SIDE.matcher(object.toString())
                    .replaceAll(side -> MIRRORED.getOrDefault(side.group(), side.group()));
            return (ObjectNode) ClusterApi.JSON.readTree(mirrored);
        }
        return object;
    }
}
