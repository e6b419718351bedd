package dev.marchwarden.reach;

import org.jspecify.annotations.Nullable;

/**
 * One field of a kind, and what it reaches.
 *
 * @param path from the root of the object: {@code []} is any item of a list, {@code [a,b]} one whose
 *     {@code name} is a or b, {@code {}} any entry of a map, {@code {key}} the entry of that
 *     key (whose case makes no difference), {@code .**} a whole subtree. For example {@code spec.http[].route[].destination.host}
 * @param negated whether it means all but its value
 * @param unset what the field means where the object that could have it is there without it; null where that is nothing
 * @param why empty where it is plain
 */
public record ReachRow(
        String path, Reach reach, boolean negated, @Nullable String unset, String why) {
    @Override
    public String toString() {
        return path + " " + (negated ? "!" : "") + reach;
    }
}
