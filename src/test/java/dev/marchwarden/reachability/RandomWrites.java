package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.ObjectReview;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.reachability.model.OpenPath;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.RuleName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Random writes into a sound cluster, each decided by the policy. After each that is admitted the model must still say none; but what was admitted with a
 * warning of the rule that the model names was told, and is taken back.
 */
final class RandomWrites {
    private static final int WALK = 30;

    /**
     * All may add and remove members; nobody is a mesh admin but the one who writes nothing else than PeerAuthentications and mesh settings. One is a
     * control plane that was taken over.
     */
    private static final List<User> OWNERS = List.of(
            new User("owner-1", List.of("team-1")),
            new User("owner-2", List.of("team-2")),
            new User("owner-3", List.of("team-3")),
            new User("owner-of-all", List.of("team-1", "team-2", "team-3")),
            new User("system:serviceaccount:usergroup-2:istiod-usergroup-2", List.of()));

    private static final String TAKEN_OVER = "usergroup-2";

    private static final User MESH_ADMIN = new User("mesh-admin", List.of("mesh-1"));

    /**
     * What a rule denied alone, with how many of these writes would have opened a way.
     */
    record Denials(int writes, int open) {
        private Denials and(Denials other) {
            return new Denials(writes + other.writes, open + other.open);
        }
    }

    /** @param after null for a deletion */
    record Change(User user, String key, @Nullable ObjectNode after) {
        /** Who writes what. */
        String what() {
            return user.name() + (after == null ? " deletes " : " writes ") + key.replace(" /", " ");
        }

        @Override
        public String toString() {
            return user.name() + ": " + key + " -> " + after;
        }
    }

    private final Policy policy;
    private final List<Manifest> base;
    private final Set<Manifest> unchanged;
    private final Map<String, Manifest> cluster = new LinkedHashMap<>();
    private final ClusterObjects start;
    private final Map<RuleName, Denials> denied = new EnumMap<>(RuleName.class);
    private int writes;
    private int admitted;
    private int told;
    private Set<String> warned = Set.of();
    private @Nullable NamespaceSnapshot namespaces;
    private int clock;

    RandomWrites(Policy policy, List<Manifest> base) {
        this.policy = policy;
        this.base = base;
        this.start = new ClusterObjects(base, "default", true);
        this.unchanged = Set.copyOf(base);
    }

    /**
     * The shortest history that admits a way.
     *
     * @param seed of the walk that found it
     * @param writes how many it took
     */
    record Counterexample(long seed, int writes, List<Change> changes, List<OpenPath> opens) {
        @Override
        public String toString() {
            return "seed " + seed + ", after " + writes + " writes: " + changes + " opens " + opens;
        }
    }

    /** Empty where none is found. */
    Optional<Counterexample> run(long seed, int count) {
        for (int walk = 0; writes < count; walk++) {
            Random random = new Random(seed + walk);
            reset();
            List<Change> history = new ArrayList<>();
            for (int i = 0; i < WALK && writes < count; i++) {
                Change change = change(random);
                writes++;
                if (!apply(change)) {
                    continue;
                }
                admitted++;
                List<OpenPath> openings = proof().openings();
                if (!openings.isEmpty() && openings.stream().allMatch(this::isTold)) {
                    told++;
                    reset();
                    history.forEach(this::apply);
                    continue;
                }
                history.add(change);
                if (!openings.isEmpty()) {
                    int found = writes;
                    List<Change> shrunk = shrunk(history);
                    return Optional.of(new Counterexample(seed + walk, found, shrunk, proof().openings()));
                }
            }
        }
        return Optional.empty();
    }

    private boolean isTold(OpenPath opening) {
        return opening.rule() != null && warned.contains(opening.rule().spelling());
    }

    @Override
    public String toString() {
        return "%,d random writes, %,d admitted, of them %,d a way that a warning told of; denied by one rule alone %s"
                .formatted(writes, admitted, told, denied);
    }

    /** What each rule denied where no other rule did. */
    Map<RuleName, Denials> denied() {
        return denied;
    }

    /** Without every change that it does not take; all of them are made. */
    private List<Change> shrunk(List<Change> history) {
        List<Change> needed = new ArrayList<>(history);
        for (int i = needed.size() - 1; i >= 0; i--) {
            List<Change> less = new ArrayList<>(needed);
            less.remove(i);
            reset();
            if (less.stream().map(this::apply).reduce(true, Boolean::logicalAnd) && !proof().isNone()) {
                needed = less;
            }
        }
        reset();
        needed.forEach(this::apply);
        return needed;
    }

    private void reset() {
        cluster.clear();
        namespaces = null;
        clock = 0;
        base.forEach(manifest -> cluster.put(key(manifest.object()), manifest));
    }

    private Change change(Random random) {
        ObjectNode object = RandomObjects.any(random);
        boolean peer = object.path("kind").asText().equals("PeerAuthentication")
                || object.at("/data").has("mesh");
        User user = peer && random.nextInt(3) == 0 ? MESH_ADMIN : OWNERS.get(random.nextInt(OWNERS.size()));
        String key = key(object);
        boolean delete =
                cluster.containsKey(key) && !object.path("kind").asText().equals("Namespace") && random.nextInt(6) == 0;
        return new Change(user, key, delete ? null : object);
    }

    private boolean apply(Change change) {
        Manifest known = cluster.get(change.key);
        JsonNode before = known == null ? null : known.object();
        JsonNode after = change.after;
        boolean inNowhere = after != null
                && after.at("/metadata").has("namespace")
                && !cluster.containsKey(
                        "Namespace /" + after.at("/metadata/namespace").asText());
        if (inNowhere || (before == null && after == null) || takesAlong(change) || isItsOwnRoot(change)) {
            return false;
        }
        ObjectReview review = ObjectReview.of(before, after, change.user);
        if (change.key.startsWith("Namespace ")) {
            review.request().put("namespace", change.key.substring(change.key.indexOf('/') + 1));
        }
        Outcome outcome = review.decide(policy, namespaces(), Rights.TENANCY_ONLY);
        if (outcome.verdict() == Verdict.ERROR) {
            throw new AssertionError(outcome.problem() + " of " + change);
        }
        if (outcome.verdict() == Verdict.DENIED) {
            Set<RuleName> rules = outcome.findings().findings().stream()
                    .filter(finding -> finding.denies())
                    .map(finding -> finding.violation().rule())
                    .collect(Collectors.toSet());
            if (rules.size() == 1) {
                denied.merge(rules.iterator().next(), new Denials(1, opens(change) ? 1 : 0), Denials::and);
            }
            return false;
        }
        warned = outcome.findings().findings().stream()
                .map(finding -> finding.violation().rule().spelling())
                .collect(Collectors.toSet());
        write(change);
        return true;
    }

    private boolean opens(Change change) {
        Manifest known = cluster.get(change.key);
        write(change);
        boolean opens = !proof().isNone();
        if (known == null) {
            cluster.remove(change.key);
        } else {
            cluster.put(change.key, known);
        }
        namespaces = null;
        return opens;
    }

    private void write(Change change) {
        Manifest known = cluster.get(change.key);
        JsonNode before = known == null ? null : known.object();
        JsonNode after = change.after;
        if (after == null) {
            cluster.remove(change.key);
        } else {
            ObjectNode stored = after.deepCopy();
            if (before == null) { // later ones are younger
                ((ObjectNode) stored.path("metadata"))
                        .put("creationTimestamp", "2026-01-01T00:00:00." + (1000 + clock++));
            } else {
                ((ObjectNode) stored.path("metadata"))
                        .set("creationTimestamp", before.at("/metadata/creationTimestamp"));
            }
            cluster.put(change.key, new Manifest("cluster", 1, stored));
        }
        if (change.key.startsWith("Namespace ")) {
            namespaces = null;
        }
    }

    /** A review of a Namespace does not say what is in it: what it takes along when it moves is for {@code check} and the proof to find. */
    private boolean takesAlong(Change change) {
        String namespace = change.key.substring(change.key.indexOf('/') + 1);
        return change.key.startsWith("Namespace ")
                && cluster.values().stream()
                        .filter(manifest -> !unchanged.contains(manifest))
                        .anyMatch(manifest -> manifest.namespace().equals(namespace));
    }

    /** What the proxies of its own usergroup believe, a control plane decides. */
    private boolean isItsOwnRoot(Change change) {
        Manifest namespace =
                cluster.get("Namespace /" + change.key.substring(change.key.indexOf(' ') + 1, change.key.indexOf('/')));
        return change.user.name().contains(":istiod-")
                && change.key.startsWith("ConfigMap ")
                && namespace != null
                && namespace.object().at("/metadata/labels/usergroup").asText().equals(TAKEN_OVER);
    }

    private NamespaceSnapshot namespaces() {
        NamespaceSnapshot known = namespaces;
        if (known == null) {
            known = NamespaceSnapshot.of(
                    List.copyOf(cluster.values()), policy.tenancy().usergroupLabel());
            namespaces = known;
        }
        return known;
    }

    private ReachabilityProof proof() {
        return ReachabilityProof.of(policy.tenancy(), start.with(cluster.values()), false);
    }

    private static String key(JsonNode object) {
        return object.path("kind").asText() + " "
                + object.at("/metadata/namespace").asText() + "/"
                + object.at("/metadata/name").asText();
    }
}
