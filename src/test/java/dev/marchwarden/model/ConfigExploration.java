package dev.marchwarden.model;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.Answer;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Random walks of writes of namespaces and of configuration in them, each held to {@link ConfigBorder}. */
final class ConfigExploration {
    private static final Actor MESH_ADMIN = new Actor(
            "mesh admin of usergroup-1", new User("mia", List.of("mesh-1")), Set.of("usergroup-1", "system-1"));
    private static final List<Actor> ACTORS = List.of(Actor.OWNER_1, Actor.OWNER_2, MESH_ADMIN, Actor.MASTER);
    private static final List<String> PAIR = List.of("(absent)", "usergroup-1", "usergroup-2");
    private static final World NAMESPACES =
            World.of("", List.of("app-1", "app-2", "app-3", "app-4", "plain", "system-1", "system-2"), PAIR, PAIR);
    private static final Cluster START = start();

    private final ApiServer namespaces;
    private final Admission admission;
    private final Deque<String> history = new ArrayDeque<>();
    private Cluster cluster = START;
    private final Map<String, ConfigItem> items = new TreeMap<>();
    private int writes;
    private int admitted;
    private Optional<String> violation = Optional.empty();

    ConfigExploration(Policy policy) {
        this.namespaces = new ApiServer(policy);
        String label = policy.tenancy().usergroupLabel();
        this.admission = new Admission(
                () -> policy, () -> new NamespaceSnapshot(cluster.namespaces().values(), label), Rights.TENANCY_ONLY);
    }

    private static Cluster start() {
        Cluster cluster = Cluster.EMPTY;
        for (String[] member : new String[][] {
            {"app-1", "usergroup-1"}, {"app-2", "usergroup-1"}, {"app-3", "usergroup-2"}, {"app-4", "usergroup-2"}
        }) {
            cluster = cluster.with(
                    new NamespaceState(member[0], Map.of("usergroup", member[1], "istio.io/rev", member[1]), false));
        }
        return cluster.with(new NamespaceState("plain", Map.of(), false))
                .with(new NamespaceState("system-1", Map.of("usergroup", "usergroup-1"), false))
                .with(new NamespaceState("system-2", Map.of("usergroup", "usergroup-2"), false));
    }

    Optional<String> violation() {
        return violation;
    }

    @Override
    public String toString() {
        return "configuration at random: %,d writes, %,d admitted".formatted(writes, admitted);
    }

    /** Every other walk starts with configuration that nobody has looked at. */
    ConfigExploration random(long seed, int walks, int length) {
        Random random = new Random(seed);
        for (int walk = 0; walk < walks && violation.isEmpty(); walk++) {
            cluster = START;
            items.clear();
            history.clear();
            for (int i = 0; walk % 2 == 1 && i < 6; i++) {
                ConfigItem item = ConfigVocabulary.anyItem(random);
                items.put(item.key(), item);
                history.add("there is " + item);
            }
            for (int i = 0; i < length && violation.isEmpty(); i++) {
                if (random.nextInt(6) == 0) {
                    relabel(random);
                } else {
                    configure(random);
                }
            }
            wayOut();
        }
        return this;
    }

    private void relabel(Random random) {
        Write write = NAMESPACES.anyWrite(cluster, random);
        if (write.operation().equals("DELETE") || write.last()) {
            return; // without its namespaces there is nothing to see
        }
        namespaces.apply(cluster, write).ifPresent(after -> {
            cluster = after;
            history.add(write.toString());
        });
    }

    private void configure(Random random) {
        ConfigItem item = ConfigVocabulary.anyItem(random);
        if (cluster.find(item.namespace()) == null) {
            return;
        }
        Actor actor = ConfigVocabulary.one(ACTORS, random);
        ConfigItem before = items.get(item.key());
        ConfigItem after = before != null && random.nextInt(5) == 0 ? null : item;
        writes++;
        if (!admits(before, after, actor, false)) {
            return;
        }
        admitted++;
        List<String> violations = new ConfigBorder(cluster).violations(actor, before, after);
        if (!violations.isEmpty()) {
            violation = Optional.of(violations + " by " + actor + ": " + before + " -> " + after + " in " + cluster
                    + " after " + String.join("\n  ", history));
        }
        if (after == null) {
            items.remove(item.key());
        } else {
            items.put(item.key(), after);
        }
        history.add(actor + ": " + before + " -> " + after);
    }

    /** Whatever is wrong with an object, a controller may finalize it, and but for what keeps a usergroup's mutual TLS it can go. */
    private void wayOut() {
        for (ConfigItem item : items.values()) {
            if (violation.isEmpty() && !admits(item, item, Actor.OWNER_2, true)) {
                violation = Optional.of("no finalizer on " + item + " in " + cluster);
            }
            if (violation.isEmpty()
                    && !admits(item, null, Actor.OWNER_2, false)
                    && new ConfigBorder(cluster)
                            .violations(Actor.OWNER_2, item, null)
                            .isEmpty()) {
                violation = Optional.of(item + " cannot be deleted in " + cluster);
            }
        }
    }

    private boolean admits(@Nullable ConfigItem before, @Nullable ConfigItem after, Actor actor, boolean finalizers) {
        try {
            Answer answer =
                    Answer.to(ConfigItem.review(before, after, actor.user(), finalizers), Webhook.VALIDATE, admission);
            if (answer.code() == 500) {
                throw new AssertionError("not decided: " + answer);
            }
            return answer.allowed();
        } catch (MalformedReviewException e) {
            throw new AssertionError(e);
        }
    }
}
