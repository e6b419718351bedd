package dev.marchwarden.reach;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What became of a row in a real istiod.
 *
 * @param claim the reach that it had when it was judged, with its {@code !}
 * @param effects by what the value led to; empty where it was not judged
 * @param why it was not judged, or why clients in other namespaces are told of it; null for all others
 */
public record Judged(
        String path,
        String claim,
        Map<Towards, Effect> effects,
        @Nullable String why) {
    /** What a value leads to. */
    public enum Towards {
        /** The object's own namespace. */
        OWN,
        /** Another namespace of the usergroup. */
        NEAR,
        /** A namespace of another usergroup. */
        FAR,
        /** Nothing: the value names nobody. */
        ANY
    }

    public static String claim(ReachRow row) {
        return (row.negated() ? "!" : "") + row.reach();
    }

    boolean isJudged() {
        return !effects.isEmpty();
    }

    /**
     * With the widest effects of this and of another run, which may have looked before istiod had told all. What the other says of another claim, or for
     * another reason, does not count.
     */
    Judged or(Judged other) {
        if (!other.path.equals(path)
                || !other.claim.equals(claim)
                || !other.effects.keySet().equals(effects.keySet())) {
            return this;
        }
        Map<Towards, Effect> widest = new EnumMap<>(Towards.class);
        boolean wider = false;
        for (Towards towards : effects.keySet()) {
            Effect its = Objects.requireNonNull(effects.get(towards));
            Effect others = Objects.requireNonNull(other.effects.get(towards));
            wider |= its.compareTo(others) < 0;
            widest.put(towards, Effect.widest(List.of(its, others)));
        }
        return wider ? new Judged(path, claim, widest, other.why) : this;
    }

    /** How far it may come where it says that it reaches nothing. */
    Effect allowed() {
        return why == null ? Effect.OWN : Effect.USERGROUP;
    }

    /** How far a value came that does not speak of the object's own namespace. */
    Effect widest() {
        return Effect.widest(effects.entrySet().stream()
                .filter(effect -> effect.getKey() != Towards.OWN)
                .map(Map.Entry::getValue)
                .toList());
    }

    /** As {@code PATH CLAIM near=usergroup far=own} or {@code PATH CLAIM unjudged # WHY}. */
    static Judged read(String line) {
        String[] parts = line.strip().split(" # ", 2);
        String[] words = parts[0].strip().split(" +");
        Map<Towards, Effect> effects = new EnumMap<>(Towards.class);
        for (int i = 2; i < words.length; i++) {
            String[] effect = words[i].split("=", 2);
            if (effect.length == 2) {
                effects.put(Towards.valueOf(effect[0].toUpperCase(Locale.ROOT)), Effect.named(effect[1]));
            }
        }
        return new Judged(words[0], words[1], effects, parts.length == 2 ? parts[1] : null);
    }

    @Override
    public String toString() {
        StringJoiner line = new StringJoiner(" ").add(path).add(claim);
        if (!isJudged()) {
            line.add("unjudged");
        }
        effects.forEach((towards, effect) -> line.add(towards.name().toLowerCase(Locale.ROOT) + "=" + effect));
        return why == null ? line.toString() : line.add("#").add(why).toString();
    }
}
